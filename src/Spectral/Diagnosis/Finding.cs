namespace Thrum.Spectral.Diagnosis;

/// <summary>One conclusion with what it rests on.</summary>
/// <param name="Fault">What it names.</param>
/// <param name="Confidence">
/// 0 … 1, to rank by: how far the pattern's lines stand out and how many of them do. Not a probability.
/// </param>
/// <param name="HarmonicsMatched">How many multiples stand out.</param>
/// <param name="Evidence">The lines that stand out, the fundamental first.</param>
public sealed record Finding(FaultKind Fault, double Confidence, int HarmonicsMatched, IReadOnlyList<EvidenceLine> Evidence);
