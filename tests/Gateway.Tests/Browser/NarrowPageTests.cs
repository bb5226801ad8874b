using Microsoft.Playwright;
using Thrum.Detector.Alarms;
using Thrum.Detector.Samples;
using Thrum.Detector.Scores;
using Thrum.EndToEnd.Tests.Browser;
using Thrum.Gateway.Tests.Support;

namespace Thrum.Gateway.Tests.Browser;

/// <summary>Every view at the width of a phone.</summary>
[Trait("Category", "Browser")]
public sealed class NarrowPageTests
{
    [Fact]
    public async Task Views_OnAPhone_NeedNoScrollingToTheSide()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(withTokens: false);
        using (ScoreBatch batch = gateway.Scores.Of(1, 1_500_000_000, "a-machine-with-a-long-name", "press", "fan"))
        {
            batch.Append(Scores.Change(new AxisId("press", "s", "x"), "quality-flat-line", AlarmSeverity.Warning, AlarmState.Normal, AlarmState.ActiveUnacknowledged));
            batch.Append(Scores.Change(new AxisId("fan", "s", "x"), "baseline-kurtosis", AlarmSeverity.Warning, AlarmState.Normal, AlarmState.ActiveUnacknowledged));
            await gateway.Live.WriteAsync(batch, CancellationToken.None);
        }

        await using BrowserPage browser = await BrowserPage.OpenAsync(gateway.Server.Address!, width: 390, height: 844);
        await Assertions.Expect(browser.Page.Locator("#headline")).ToHaveTextAsync("pump in alarm, fan with a warning, press without a score to rely on, 1 of 4 machines normal");
        await Assertions.Expect(browser.Page.Locator("#sensors tr .state")).ToHaveTextAsync(["Alarm", "Warning", "Flat line", "Normal"]);
        await browser.LookAtAsync("narrow-fleet");
        await browser.GoAsync("#/machine/pump");
        await Assertions.Expect(browser.Page.Locator("#detail tbody tr")).ToHaveCountAsync(1);
        await browser.LookAtAsync("narrow-machine");
        await browser.GoAsync("#/sensor/pump/s/x");
        await Assertions.Expect(browser.Page.Locator("#detail canvas.spectrogram")).ToBeVisibleAsync();
        await browser.LookAtAsync("narrow-sensor");
        await browser.GoAsync($"#/alarm/{gateway.Alarm}");
        await Assertions.Expect(browser.Page.Locator(".diagnosis")).ToBeVisibleAsync();
        await browser.LookAtAsync("narrow-alarm");
        await browser.GoAsync("#/gateway");
        await browser.Page.Locator("summary").ClickAsync();
        await Assertions.Expect(browser.Page.Locator(".card")).ToHaveTextAsync("# tiny");
        await browser.LookAtAsync("narrow-gateway");
        browser.AssertClean();
    }
}
