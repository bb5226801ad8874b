using Thrum.Spectral.Bearings;

namespace Thrum.Spectral.Tests.Bearings;

public sealed class BearingCatalogueTests
{
    /// <summary>Orders that the publishers of the data sets give beside the geometry.</summary>
    [Theory]
    [InlineData("6203-2RS", 3.0530, 4.9469)]
    [InlineData("6205-2RS", 3.5848, 5.4152)]
    [InlineData("MAFAULDA", 2.9980, 5.0020)]
    [InlineData("UER204", 3.0831, 4.9169)]
    [InlineData("ZA-2115", 7.0922, 8.9078)]
    public void Find_PublishedBearing_HasItsPublishedOrders(string name, double bpfo, double bpfi)
    {
        BearingGeometry bearing = BearingCatalogue.Find(name)!;

        Assert.Equal(bpfo, bearing.BpfoOrder, 0.001);
        Assert.Equal(bpfi, bearing.BpfiOrder, 0.001);
    }

    [Fact]
    public void Entries_All_NameTheirSourceAndUnit() => Assert.All(BearingCatalogue.Entries, entry =>
    {
        Assert.Contains(entry.LengthUnit, new[] { "mm", "inch" });
        Assert.NotEmpty(entry.Source);
        Assert.Same(entry.Geometry, BearingCatalogue.Find(entry.Name));
    });
}
