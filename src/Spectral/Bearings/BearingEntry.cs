namespace Thrum.Spectral.Bearings;

/// <summary>A bearing of the catalogue.</summary>
/// <param name="Name">What to call it by.</param>
/// <param name="Geometry">Its geometry.</param>
/// <param name="LengthUnit">Unit of the diameters, as published.</param>
/// <param name="Source">Who published the geometry, and of which bearing.</param>
public sealed record BearingEntry(string Name, BearingGeometry Geometry, string LengthUnit, string Source);
