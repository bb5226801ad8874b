namespace Thrum.Training.Models;

/// <summary>Function applied after each hidden layer.</summary>
internal enum Activation
{
    Relu,
    Tanh,
    Sigmoid,
}
