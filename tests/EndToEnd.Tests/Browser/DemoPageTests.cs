using System.Text.Json;
using Microsoft.Playwright;

namespace Thrum.EndToEnd.Tests.Browser;

/// <summary>The demo as a person sees it: the page in a real browser while the fault develops.</summary>
[Trait("Category", "Browser")]
public sealed class DemoPageTests(ITestOutputHelper output)
{
    private static readonly TimeSpan DemoTime = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Page_WhileTheFaultDevelops_TurnsFromNormalToAlarm()
    {
        string chromium = Require.Program("chromium");
        await using DemoProcess demo = await DemoProcess.StartAsync(DemoTime);
        using IPlaywright playwright = await Playwright.CreateAsync();
        await using IBrowser browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = chromium,
            Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
        });
        IPage page = await browser.NewPageAsync();
        List<string> complaints = [], foreign = [];
        page.Console += (_, message) => AddIf(complaints, message.Type is "error" or "warning", message.Text);
        page.PageError += (_, error) => complaints.Add(error);
        page.Request += (_, request) => AddIf(foreign, !request.Url.StartsWith(demo.Page.ToString(), StringComparison.Ordinal) && !request.Url.StartsWith("data:", StringComparison.Ordinal), request.Url);
        await page.GotoAsync(demo.Page.ToString());

        ILocator headline = page.Locator("#headline");
        await Assertions.Expect(headline).ToHaveTextAsync("All 3 machines normal", Within(10));
        await Assertions.Expect(page.Locator("#sensors tr")).ToHaveCountAsync(6);
        await Assertions.Expect(page.Locator("#no-alarms")).ToBeVisibleAsync();

        await Assertions.Expect(headline).ToHaveTextAsync("pump-1 in alarm, 2 of 3 machines normal", Within(DemoTime.TotalSeconds));
        await Assertions.Expect(page.Locator("#sensors tr").First.Locator(".state")).ToHaveTextAsync("Alarm");
        await Assertions.Expect(page.Locator("#sensors tr").First.Locator(".machine")).ToHaveTextAsync("pump-1");
        await Assertions.Expect(page.Locator("#alarms li").First).ToContainTextAsync("pump-1");
        await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(AppContext.BaseDirectory, "demo-page.png"), FullPage = true });
        Assert.Empty(complaints);
        Assert.Empty(foreign);

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

    private static void AddIf(List<string> list, bool condition, string text)
    {
        if (condition)
        {
            list.Add(text);
        }
    }
}
