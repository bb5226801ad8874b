using Thrum.Detector.Alarms;
using Thrum.Detector.Evidence;
using Thrum.Detector.Measures;
using Thrum.Detector.Models;
using Thrum.Detector.Tests.Measures;
using Thrum.Detector.Tests.Models;

namespace Thrum.Detector.Tests.Evidence;

public sealed class EvidenceTests
{
    private const double ShaftHz = 10;
    private const int Onset = 7000;
    private const int Length = 14_000;
    private static readonly MachineOptions Machine = new() { Rpm = 60 * ShaftHz, Bearing = "6205", Unit = "g", GearTeeth = 7 };

    [Fact]
    public async Task Evidence_ImpulsesOfAnOuterRace_NameItABufferAfterTheAlarm()
    {
        using MeasureRun run = new(Machine);

        await run.FeedAsync(OuterRace(), 500);

        AlarmTransition raised = run.Transitions[0];
        Assert.Equal("undetermined", raised.Diagnosis);
        AlarmEvidence[] own = [.. run.Evidence.Where(evidence => evidence.TransitionId == raised.Id)];
        Assert.Equal(2, own.Length);
        Assert.Equal(raised.EventTimeUnixNs, own[0].TakenAtUnixNs);
        Assert.Equal("undetermined", own[0].Diagnosis);
        Assert.InRange(own[1].TakenAtUnixNs - raised.EventTimeUnixNs, 4_000_000_000, 4_100_000_000);
        Assert.Equal("outer-race", own[1].Diagnosis);
        EvidenceFinding finding = own[1].Findings.Single(finding => finding.Fault == "outer-race");
        Assert.Equal("BPFO", finding.Lines[0].Name);
        Assert.Equal(3.585, finding.Lines[0].Order!.Value, 0.05);
        Assert.Equal((32, 32, 10), (own[1].Window.Values.Count, own[1].Reconstruction.Values.Count, own[1].TopBins.Count));
        Assert.True(own[1].TopBins[0].Amplitude > 0);
        Assert.NotNull(own[1].Measure.VelocityRmsMmS);
    }

    [Fact]
    public async Task Evidence_OfBothBuffers_HasTheDecidingWindowAndAgreesWhenComputedAgain()
    {
        using MeasureRun run = new(Machine);
        await run.FeedAsync(OuterRace(), 500);
        AlarmTransition raised = run.Transitions[0];
        AlarmEvidence[] own = [.. run.Evidence.Where(evidence => evidence.TransitionId == raised.Id)];

        Assert.All(own, evidence =>
        {
            EvidenceDecision decision = evidence.Decision!;
            Assert.Equal((raised.Value, raised.Threshold, 3, 5, "mse"), (decision.Value, decision.Threshold, decision.RaiseCount, decision.Recent.Count, decision.Metric));
            Assert.Equal(raised.Value, decision.Recent.OrderDescending().ElementAt(2));
            Assert.Equal(decision.Recent[^1]!.Value, decision.Metrics.Single(metric => metric.Metric == "mse").Value);
            Assert.Equal(own[0].Window.Values, evidence.Window.Values);
        });

        using AutoencoderModel model = TestModels.LoadDense();
        foreach (AlarmEvidence evidence in own)
        {
            AlarmEvidence kept = EvidenceJson.Read(EvidenceJson.Write(evidence));
            IReadOnlyList<EvidenceCheck> checks = EvidenceCheck.All(kept, EvidenceReplay.Run(kept, model, [Machine]));
            Assert.All(checks, check => Assert.True(check.Agrees, check.ToString()));
            Assert.Contains(checks, check => check is { What: "mse" });
            Assert.Contains(checks, check => check is { What: "diagnosis" });
        }

        // Another machine in the configuration is told.
        Assert.Contains(
            EvidenceCheck.All(own[1], EvidenceReplay.Run(own[1], model, [Machine with { Bearing = "", Unit = "" }])),
            check => check is { What: "ISO zone", Agrees: false });
    }

    [Fact]
    public async Task Evidence_AlarmThatClears_KeepsItsDiagnosis()
    {
        using MeasureRun run = new(Machine);

        await run.FeedAsync([.. OuterRace(), .. Noise(4000, 5)], 500);

        Assert.Equal(AlarmState.Normal, run.Transitions[^1].To);
        Assert.Equal("outer-race", run.Transitions[^1].Diagnosis);
    }

    [Fact]
    public async Task Evidence_NoPattern_IsUndetermined()
    {
        using MeasureRun run = new(Machine);

        await run.FeedAsync([.. Noise(7000, 1), .. Noise(7000, 2).Select(sample => 40 * sample)], 500);

        Assert.NotEmpty(run.Evidence);
        Assert.All(run.Evidence, evidence => Assert.Equal("undetermined", evidence.Diagnosis));
    }

    [Theory]
    [InlineData(1, 100)]
    [InlineData(256, 14_000)]
    [InlineData(1024, 14_000)]
    [InlineData(64, 777)]
    public async Task Evidence_AnyBatchAndBlockSize_IsTheSame(int maxBatch, int blockSamples)
    {
        using MeasureRun first = new(Machine, 16), second = new(Machine, maxBatch);

        await first.FeedAsync(OuterRace(), 500);
        await second.FeedAsync(OuterRace(), blockSamples);

        Assert.NotEmpty(first.Evidence);
        Assert.Equal(first.Text(), second.Text());
    }

    [Theory]
    [InlineData(4000)]
    [InlineData(8000)]
    [InlineData(9001)]
    public async Task Evidence_RestartFromACheckpoint_IsTheSame(int cut)
    {
        using MeasureRun whole = new(Machine), before = new(Machine), after = new(Machine);
        float[] samples = OuterRace();

        await whole.FeedAsync(samples, 500);
        await before.FeedAsync(samples[..cut], 500, 0, 10);
        Assert.Equal(before.States.Count, after.Restore(before.States.Values));
        await after.FeedAsync(samples[cut..], 500, cut, 10);

        before.Measures.AddRange(after.Measures);
        before.Transitions.AddRange(after.Transitions);
        before.Evidence.AddRange(after.Evidence);
        Assert.NotEmpty(before.Evidence);
        Assert.Equal(whole.Text(), before.Text());
    }

    [Fact]
    public async Task Read_WrittenEvidence_IsTheSame()
    {
        using MeasureRun run = new(Machine);
        await run.FeedAsync(OuterRace(), 500);
        byte[] json = EvidenceJson.Write(run.Evidence[^1]);

        Assert.Equal(json, EvidenceJson.Write(EvidenceJson.Read(json)));
    }

    /// <summary>Noise at 1 kHz; from the onset on, ringing at 300 Hz excited at the outer race's frequency.</summary>
    private static float[] OuterRace()
    {
        float[] samples = Noise(Length, 3);
        double period = 1000 / (Spectral.Bearings.BearingCatalogue.Skf6205.BpfoOrder * ShaftHz);
        for (double start = Onset; start < Length - 30; start += period)
        {
            for (int i = (int)start + 1; i < start + 25; i++)
            {
                samples[i] += (float)(8 * Math.Exp((start - i) / 5) * Math.Sin(2 * Math.PI * 300 * (i - start) / 1000));
            }
        }

        return samples;
    }

    private static float[] Noise(int count, int seed)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (float)(0.2 * ((2 * random.NextDouble()) - 1)))];
    }
}
