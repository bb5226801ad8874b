using Thrum.Gateway.Doctor;
using Thrum.Sink.Influx;

namespace Thrum.Gateway.Tests.Doctor;

[Trait("Category", "Integration")]
public sealed class DatabaseCheckTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task DatabaseAsync_RealInflux_PassesWithoutWritingAndTellsAMissingDatabase()
    {
        await using InfluxServer server = await InfluxServer.StartAsync("vibration");

        IReadOnlyList<Finding> good = await DestinationChecks.DatabaseAsync(Options(server, "vibration"), TimeProvider.System, Cancel);
        IReadOnlyList<Finding> missing = await DestinationChecks.DatabaseAsync(Options(server, "other"), TimeProvider.System, Cancel);
        await server.StopAsync();
        IReadOnlyList<Finding> down = await DestinationChecks.DatabaseAsync(Options(server, "vibration"), TimeProvider.System, Cancel);
        await server.StartAgainAsync();

        Assert.Equal([("database influx", Verdict.Ok), ("clock", Verdict.Ok)], good.Select(finding => (finding.Check, finding.Verdict)));
        Assert.Equal(Verdict.Fail, missing[0].Verdict);
        Assert.Contains("database not found", missing[0].Text, StringComparison.Ordinal);
        Assert.Equal(Verdict.Fail, Assert.Single(down).Verdict);
        Assert.Empty(await server.QueryAsync("SHOW MEASUREMENTS", "vibration"));
    }

    private static InfluxOptions Options(InfluxServer server, string database) =>
        new() { Url = server.Url.ToString(), Api = InfluxApi.V1, Database = database };
}
