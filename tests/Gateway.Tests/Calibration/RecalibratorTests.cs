using System.Net;
using System.Text;
using System.Text.Json;
using Thrum.Detector.Baselines;
using Thrum.Detector.Commands;
using Thrum.Gateway.Calibration;
using Thrum.Gateway.Cli;

namespace Thrum.Gateway.Tests.Calibration;

/// <summary>Reports of drift and their confirmation, over the endpoints.</summary>
public sealed class RecalibratorTests : IAsyncLifetime
{
    private readonly RecalibrationPlant _plant = new(new BaselineOptions());

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await _plant.StartAsync();

    public ValueTask DisposeAsync() => _plant.DisposeAsync();

    [Fact]
    public async Task Propose_SlowDrift_ShowsItAndChangesNothingUntilItIsConfirmed()
    {
        await _plant.FeedAsync(400);
        (DateTimeOffset from, DateTimeOffset to) = await _plant.FeedAsync(400, amplitude: 1.05);
        JsonElement before = await _plant.GetAsync();

        JsonElement report = await _plant.PostAsync("propose", new { from, to });

        Assert.Equal(400, report.GetProperty("windows").GetInt32());
        Assert.Equal(0, report.GetProperty("leftOut").GetInt32());
        JsonElement level = Assert.Single(report.GetProperty("levels").EnumerateArray());
        double raise = level.GetProperty("raise").GetDouble(), raiseBefore = level.GetProperty("raiseBefore").GetDouble();
        JsonElement metric = Assert.Single(report.GetProperty("metrics").EnumerateArray());
        Assert.InRange(metric.GetProperty("kolmogorovSmirnov").GetDouble(), 0, 1);
        Assert.InRange(metric.GetProperty("bound").GetDouble(), 0.01, 1);
        Assert.InRange(metric.GetProperty("medianShift").GetDouble(), 0.1, 2);
        Assert.Equal(before.ToString(), (await _plant.GetAsync()).ToString());
        Assert.NotEqual(raise, raiseBefore);

        await _plant.PostAsync("confirm", new { id = report.GetProperty("id").GetString(), force = true, by = "ann" });

        JsonElement after = await _plant.GetAsync();
        Assert.True(after.GetProperty("isOwn").GetBoolean());
        Assert.Equal(raise, after.GetProperty("levels")[0].GetProperty("raise").GetDouble());
        Assert.Equal(400, after.GetProperty("metrics")[0].GetProperty("windows").GetInt32());

        // The same again has nothing left to say.
        JsonElement again = await _plant.PostAsync("propose", new { from, to });
        Assert.False(again.GetProperty("needsForce").GetBoolean());
        Assert.Equal(0, again.GetProperty("metrics")[0].GetProperty("shift").GetDouble());

        await _plant.PostAsync("restore", new { by = "ann" });

        Assert.Equal(before.ToString(), (await _plant.GetAsync()).ToString());
    }

    [Fact]
    public async Task Propose_WhatLooksLikeAFault_IsPutInForceByForceOnly()
    {
        await _plant.FeedAsync(150);
        (DateTimeOffset from, DateTimeOffset to) = await _plant.FeedAsync(150);
        JsonElement calm = await _plant.PostAsync("propose", new { from, to });
        await _plant.PostAsync("confirm", new { id = calm.GetProperty("id").GetString(), force = true });
        (from, to) = await _plant.FeedAsync(600, amplitude: 5);

        // All of it is under an alarm but the first windows.
        JsonElement refused = await _plant.PostAsync("propose", new { from, to }, HttpStatusCode.Conflict);
        Assert.Contains("were under an alarm", refused.GetProperty("detail").GetString(), StringComparison.Ordinal);

        from -= TimeSpan.FromSeconds(5);
        JsonElement report = await _plant.PostAsync("propose", new { from, to });
        Assert.True(report.GetProperty("needsForce").GetBoolean());
        Assert.Contains("alarms stood", report.GetProperty("warnings").ToString(), StringComparison.Ordinal);
        string id = report.GetProperty("id").GetString()!;
        Assert.Contains("force", (await _plant.PostAsync("confirm", new { id }, HttpStatusCode.Conflict)).GetProperty("detail").GetString(), StringComparison.Ordinal);
        await _plant.PostAsync("confirm", new { id, force = true });
    }

    [Fact]
    public async Task Client_ReportAndConfirmation_AreThoseOfTheApi()
    {
        await _plant.FeedAsync(150);
        (DateTimeOffset from, DateTimeOffset to) = await _plant.FeedAsync(150);
        using var client = new GatewayClient(_plant.Client.BaseAddress!.ToString(), null);

        DriftReport report = await client.PostAsync<DriftReport>(RecalibrationPlant.Path[1..] + "/propose", new { hours = (double?)null, from, to, band = "" }, Cancelled);
        JsonElement done = await client.PostAsync<JsonElement>(RecalibrationPlant.Path[1..] + "/confirm", new { id = report.Id, force = true }, Cancelled);
        IOException refused = await Assert.ThrowsAsync<IOException>(() => client.PostAsync<JsonElement>(RecalibrationPlant.Path[1..] + "/confirm", new { id = "none" }, Cancelled));

        Assert.Equal(150, report.Windows);
        Assert.Contains("is calibrated by 150 windows", done.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Contains("there is no proposal 'none'", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{}""")]
    [InlineData("""{"hours":0}""")]
    [InlineData("""{"hours":1,"from":"2026-01-01T00:00:00Z","to":"2026-01-02T00:00:00Z"}""")]
    [InlineData("""{"from":"2026-01-02T00:00:00Z","to":"2026-01-01T00:00:00Z"}""")]
    [InlineData("""{"from":"2026-01-02T00:00:00Z"}""")]
    public async Task Propose_WithoutATime_IsAProblemOfStatus400(string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using HttpResponseMessage response = await _plant.Client.PostAsync(new Uri(RecalibrationPlant.Path + "/propose", UriKind.Relative), content, Cancelled);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task Propose_NothingKeptOfThatTime_IsAProblemOfStatus409()
    {
        await _plant.FeedAsync(150);

        JsonElement problem = await _plant.PostAsync("propose", new { hours = 0.001 }, HttpStatusCode.Conflict);

        Assert.Contains("0 healthy windows", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Confirm_AfterARestart_TakesTheProposalOfBefore()
    {
        await _plant.FeedAsync(150);
        (DateTimeOffset from, DateTimeOffset to) = await _plant.FeedAsync(150);
        JsonElement report = await _plant.PostAsync("propose", new { from, to });
        string id = report.GetProperty("id").GetString()!;
        using ScoreRecorder recorder = _plant.OpenRecorder();
        Recalibrator next = _plant.OpenRecalibrator(recorder);

        CommandResult unforced = await next.ConfirmAsync(RecalibrationPlant.Axis, id, force: !report.GetProperty("needsForce").GetBoolean(), "ann", Cancelled);
        CommandResult ofAnother = await next.ConfirmAsync(RecalibrationPlant.Axis with { Axis = "y" }, id, force: true, "ann", Cancelled);
        CommandResult outside = await next.ConfirmAsync(RecalibrationPlant.Axis, "../../etc/passwd", force: true, "ann", Cancelled);

        Assert.Equal(report.GetProperty("needsForce").GetBoolean() ? CommandOutcome.WrongState : CommandOutcome.Applied, unforced.Outcome);
        Assert.Equal((CommandOutcome.Unknown, CommandOutcome.Unknown), (ofAnother.Outcome, outside.Outcome));
        Assert.Equal(CommandOutcome.Applied, (await next.ConfirmAsync(RecalibrationPlant.Axis, id, force: true, "ann", Cancelled)).Outcome);
        Assert.True((await _plant.GetAsync()).GetProperty("isOwn").GetBoolean());
    }

    [Fact]
    public async Task Propose_NoSuchScorer_IsAProblemOfStatus400()
    {
        await _plant.FeedAsync(10);

        JsonElement problem = await _plant.PostAsync("propose", new { hours = 1, scorer = "other" }, HttpStatusCode.BadRequest);

        Assert.Contains("scorer is 'other', expected 'model' or 'baseline'", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Confirm_BaselineBesideTheModel_CalibratesThatAndNotTheModel()
    {
        await using var plant = new RecalibrationPlant(new BaselineOptions { Window = TimeSpan.FromMilliseconds(10), Learning = TimeSpan.FromSeconds(2), Calibration = TimeSpan.FromSeconds(2) });
        await plant.StartAsync();
        await plant.FeedAsync(400);
        (DateTimeOffset from, DateTimeOffset to) = await plant.FeedAsync(800, amplitude: 1.02);
        JsonElement model = await plant.GetAsync("?scorer=model"), before = await plant.GetAsync("?scorer=baseline");

        JsonElement report = await plant.PostAsync("propose", new { from, to, scorer = "baseline" });
        await plant.PostAsync("confirm", new { id = report.GetProperty("id").GetString(), force = true });

        Assert.Equal("baseline", report.GetProperty("model").GetString());
        Assert.InRange(report.GetProperty("windows").GetInt32(), Recalibrator.LeastWindows, 220);
        JsonElement after = await plant.GetAsync("?scorer=baseline");
        Assert.True(after.GetProperty("isOwn").GetBoolean());
        Assert.NotEqual(before.GetProperty("metrics").ToString(), after.GetProperty("metrics").ToString());
        Assert.Equal(model.ToString(), (await plant.GetAsync("?scorer=model")).ToString());
        Assert.Equal(model.ToString(), (await plant.GetAsync()).ToString());
        await plant.PostAsync("restore", new { scorer = "model" }, HttpStatusCode.Conflict);

        await plant.PostAsync("restore", new { scorer = "baseline" });

        Assert.Equal(before.ToString(), (await plant.GetAsync("?scorer=baseline")).ToString());
    }
}
