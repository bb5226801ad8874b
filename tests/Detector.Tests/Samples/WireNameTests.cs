using Thrum.Detector.Stages;
using Thrum.Detector.Windows;

namespace Thrum.Detector.Tests.Samples;

public sealed class WireNameTests
{
    [Fact]
    public void ToWireName_EveryStatusAndReason_IsItsCamelCaseName()
    {
        Assert.All(Enum.GetValues<WindowStatus>(), status => Assert.Equal(CamelCase(status), status.ToWireName()));
        Assert.All(Enum.GetValues<DropReason>(), reason => Assert.Equal(CamelCase(reason), reason.ToWireName()));
        Assert.Equal(Enum.GetValues<DropReason>().Length, DropReasonNames.Count);
    }

    private static string CamelCase<T>(T value)
        where T : struct, Enum => char.ToLowerInvariant(value.ToString()[0]) + value.ToString()[1..];
}
