using System.Text.Json;
using Thrum.Training.Models;
using Thrum.Training.Studies;

namespace Thrum.Training.Tests.Studies;

public sealed class PronostiaStudyTests
{
    /// <summary>Both bearings fail abruptly; their levels jump at snapshots 826 and 490 (published first prediction times).</summary>
    [Fact]
    public void Run_OfTheSharedBearings_AlarmsAtTheJumpAndNotBefore()
    {
        PronostiaResult result = PronostiaStudy.Run(Require.SharedData("pronostia"), progress: null, TestContext.Current.CancellationToken);
        BearingResult first = Assert.Single(result.Bearings, bearing => bearing.Name == "Bearing1_2");
        BearingResult third = Assert.Single(result.Bearings, bearing => bearing.Name == "Bearing3_1");
        Assert.Equal((871, 826, 0), (first.Snapshots, first.AlarmSnapshot, first.EarlyAlarms));
        Assert.Equal((515, 490, 0), (third.Snapshots, third.AlarmSnapshot, third.EarlyAlarms));
        Assert.StartsWith(
            """{"bearings":[{"name":"Bearing1_2","snapshots":871,"alarmSnapshot":826,"earlyAlarms":0,"warnings":[""",
            JsonSerializer.Serialize(result, JsonSerializerOptions.Web), StringComparison.Ordinal);
    }

    [Fact]
    public void Judge_CountsAlarmsOfTheFirstHalfAndWarnsOfImpacts()
    {
        var random = new SeededRandom(8);
        SnapshotFeatures[] snapshots = [.. Enumerable.Range(0, 400).Select(i =>
        {
            double rms = Math.Exp(0.1 * random.NextGaussian()) * (i is 180 or 181 or >= 390 ? 5 : 1);
            double vertical = 3 * Math.Exp(0.05 * random.NextGaussian()) * (i == 250 ? 10 : 1);
            return new SnapshotFeatures(rms, 3 * Math.Exp(0.05 * random.NextGaussian()), vertical);
        })];
        BearingResult result = PronostiaStudy.Judge("test", snapshots);
        Assert.Equal((180, 1), (result.AlarmSnapshot, result.EarlyAlarms));
        Assert.Equal([250], result.Warnings);
        Assert.Null(PronostiaStudy.Judge("healthy", [.. snapshots.Take(180)]).AlarmSnapshot);
        Assert.Throws<StudyDataException>(() => PronostiaStudy.Judge("short", [.. snapshots.Take(59)]));
    }
}
