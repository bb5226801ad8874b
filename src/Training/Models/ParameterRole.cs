namespace Thrum.Training.Models;

/// <summary>What a parameter is, which decides how training treats it.</summary>
internal enum ParameterRole
{
    /// <summary>Trained, and subject to weight penalties and decay.</summary>
    Weight,

    /// <summary>A bias or gain: trained, never penalised.</summary>
    Offset,

    /// <summary>A running statistic of batch normalisation: not trained, replaced at each step.</summary>
    Statistic,
}
