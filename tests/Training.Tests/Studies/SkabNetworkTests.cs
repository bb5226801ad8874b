using Thrum.Training.Models;
using Thrum.Training.Studies;

namespace Thrum.Training.Tests.Studies;

public sealed class SkabNetworkTests
{
    /// <summary>Kernel of 7 × planes in × planes out + a bias for each plane out: what Keras counts for the same layers.</summary>
    [Fact]
    public void Create_HasTheParametersOfThePublishedLayers()
    {
        Architecture network = SkabNetwork.Create(SkabFile.Quantities, SkabNotebookRule.Window);

        Assert.Equal((7 * 8 * 32) + 32 + (7 * 32 * 16) + 16 + (7 * 16 * 16) + 16 + (7 * 16 * 32) + 32 + (7 * 32 * 8) + 8, network.ParameterCount);
        Assert.Equal(8 * 60, network.WindowSamples);
    }
}
