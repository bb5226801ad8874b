using System.Text.Json;
using Microsoft.Playwright;

namespace Thrum.EndToEnd.Tests.Browser;

/// <summary>The demo as a person sees it: the page in a real browser while the fault develops.</summary>
[Trait("Category", "Browser")]
public sealed class DemoPageTests(ITestOutputHelper output)
{
    /// <summary>The fault begins 30 s after the start.</summary>
    private static readonly TimeSpan FaultTime = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Page_WhileTheFaultDevelops_TurnsFromNormalToAlarm()
    {
        await using DemoProcess demo = await DemoProcess.StartAsync();
        await using BrowserPage browser = await BrowserPage.OpenAsync(demo.Page);
        IPage page = browser.Page;

        ILocator headline = page.Locator("#headline");
        await Assertions.Expect(headline).ToHaveTextAsync("All 3 machines normal", Within(10));
        await Assertions.Expect(page.Locator("#sensors tr")).ToHaveCountAsync(6);
        await Assertions.Expect(page.Locator("#no-alarms")).ToBeVisibleAsync();

        await Assertions.Expect(headline).ToHaveTextAsync("pump-1 in alarm, 2 of 3 machines normal", Within(FaultTime.TotalSeconds));
        await Assertions.Expect(page.Locator("#sensors tr").First.Locator(".state")).ToHaveTextAsync("Alarm");
        await Assertions.Expect(page.Locator("#sensors tr").First.Locator(".machine")).ToHaveTextAsync("pump-1");
        await Assertions.Expect(page.Locator("#alarms li").First).ToContainTextAsync("pump-1");
        await browser.LookAtAsync("fleet");

        ILocator standing = page.Locator("#standing li").Filter(new LocatorFilterOptions { HasText = "Bearing, outer race" }).First;
        await Assertions.Expect(standing).ToBeVisibleAsync(new LocatorAssertionsToBeVisibleOptions { Timeout = 15_000 });
        await standing.GetByRole(AriaRole.Link).ClickAsync();
        await Assertions.Expect(page.Locator(".diagnosis")).ToHaveTextAsync("Bearing, outer race", Within(10));
        await Assertions.Expect(page.Locator("table caption").First).ToContainTextAsync("Bearing, outer race");
        await Assertions.Expect(page.Locator("#detail .uplot")).ToHaveCountAsync(4);
        await browser.LookAtAsync("alarm");

        string alarm = page.Url;
        // By keyboard: the button goes with its use, and the focus must not go with it.
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Acknowledge" }).FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        ILocator state = page.Locator("#alarm-title .state");
        await Assertions.Expect(state).ToHaveTextAsync("Alarm, seen", Within(10));
        await Assertions.Expect(page.Locator("#alarm-title a")).ToBeFocusedAsync();
        await page.GotoAsync("about:blank");
        await page.GotoAsync(alarm);
        await Assertions.Expect(state).ToHaveTextAsync("Alarm, seen", Within(10));

        await page.Locator("#alarm-title a").ClickAsync();
        // History, waveform, spectrum, envelope spectrum, and the window with its reconstruction.
        await Assertions.Expect(page.Locator("#detail .uplot")).ToHaveCountAsync(5);
        await Assertions.Expect(page.Locator("#detail canvas.spectrogram")).ToBeVisibleAsync();
        await browser.LookAtAsync("sensor");
        await page.Locator("#detail h2 a").First.ClickAsync();
        await Assertions.Expect(page.Locator("#detail tbody tr")).ToHaveCountAsync(2);
        await Assertions.Expect(page.Locator("#detail tbody tr").First.Locator(".state")).ToContainTextAsync("Alarm");
        await browser.LookAtAsync("machine");
        ILocator axis = page.Locator("#detail tbody tr").Last.GetByRole(AriaRole.Link);
        await axis.FocusAsync();
        string windows = await page.Locator("#totals").InnerTextAsync();
        await Assertions.Expect(page.Locator("#totals")).Not.ToHaveTextAsync(windows, new LocatorAssertionsToHaveTextOptions { UseInnerText = true });
        await Assertions.Expect(axis).ToBeFocusedAsync();
        await page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "Gateway" }).ClickAsync();
        await Assertions.Expect(page.Locator("#detail h2").First).ToContainTextAsync("Ready");
        await browser.LookAtAsync("gateway");
        browser.AssertClean();

        using JsonDocument summary = await demo.FinishAsync();
        output.WriteLine(summary.RootElement.GetRawText());
        Assert.Equal(0, summary.RootElement.GetProperty("lost").GetInt64());
        foreach (JsonElement sensor in summary.RootElement.GetProperty("sensors").EnumerateArray())
        {
            bool faulty = sensor.GetProperty("faulty").GetBoolean();
            Assert.Equal(0, sensor.GetProperty("falseAlarms").GetInt32());
            Assert.Equal(faulty ? JsonValueKind.Number : JsonValueKind.Null, sensor.GetProperty("firstAlarmAfterOnsetSeconds").ValueKind);
        }
    }

    private static LocatorAssertionsToHaveTextOptions Within(double seconds) => new() { Timeout = (float)(seconds * 1000) };
}
