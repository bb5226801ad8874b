namespace Thrum.Spectral.Bearings;

/// <summary>The frequencies at which a defect in each part of a rolling bearing repeats, in Hz or in shaft orders.</summary>
/// <param name="Bpfo">Ball pass frequency, outer race.</param>
/// <param name="Bpfi">Ball pass frequency, inner race.</param>
/// <param name="Bsf">Ball spin frequency; a ball's defect strikes a race at twice this.</param>
/// <param name="Ftf">Fundamental train (cage) frequency.</param>
public readonly record struct BearingFrequencies(double Bpfo, double Bpfi, double Bsf, double Ftf);
