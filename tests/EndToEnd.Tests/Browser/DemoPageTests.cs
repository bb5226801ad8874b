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
        await LookAtAsync(page, "fleet");

        ILocator standing = page.Locator("#standing li").Filter(new LocatorFilterOptions { HasText = "Bearing, outer race" }).First;
        await Assertions.Expect(standing).ToBeVisibleAsync(new LocatorAssertionsToBeVisibleOptions { Timeout = 15_000 });
        await standing.GetByRole(AriaRole.Link).ClickAsync();
        await Assertions.Expect(page.Locator(".diagnosis")).ToHaveTextAsync("Bearing, outer race", Within(10));
        await Assertions.Expect(page.Locator("table caption").First).ToContainTextAsync("Bearing, outer race");
        await Assertions.Expect(page.Locator("#detail .uplot")).ToHaveCountAsync(4);
        await LookAtAsync(page, "alarm");

        string alarm = page.Url;
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Acknowledge" }).ClickAsync();
        ILocator state = page.Locator("#alarm-title .state");
        await Assertions.Expect(state).ToHaveTextAsync("Alarm, seen", Within(10));
        await page.GotoAsync("about:blank");
        await page.GotoAsync(alarm);
        await Assertions.Expect(state).ToHaveTextAsync("Alarm, seen", Within(10));

        await page.Locator("#alarm-title a").ClickAsync();
        // History, waveform, spectrum, envelope spectrum, and the window with its reconstruction.
        await Assertions.Expect(page.Locator("#detail .uplot")).ToHaveCountAsync(5);
        await Assertions.Expect(page.Locator("#detail canvas.spectrogram")).ToBeVisibleAsync();
        await LookAtAsync(page, "sensor");
        await page.Locator("#detail h2 a").First.ClickAsync();
        await Assertions.Expect(page.Locator("#detail tbody tr")).ToHaveCountAsync(2);
        await Assertions.Expect(page.Locator("#detail tbody tr").First.Locator(".state")).ToContainTextAsync("Alarm");
        await LookAtAsync(page, "machine");
        await page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "Gateway" }).ClickAsync();
        await Assertions.Expect(page.Locator("#detail h2").First).ToContainTextAsync("Ready");
        await LookAtAsync(page, "gateway");
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

    /// <summary>Takes a picture for people, in light and dark, and lets axe-core look for what a keyboard or screen reader would stumble on.</summary>
    private static async Task LookAtAsync(IPage page, string view)
    {
        foreach (ColorScheme scheme in (ColorScheme[])[ColorScheme.Dark, ColorScheme.Light])
        {
            await page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = scheme });
            await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(AppContext.BaseDirectory, $"page-{view}-{scheme}.png"), FullPage = true });
            await page.EvaluateAsync(await File.ReadAllTextAsync(Path.Combine(RepositoryPaths.Root, "src", "Gateway", "npm", "node_modules", "axe-core", "axe.min.js")));
            string[] serious = await page.EvaluateAsync<string[]>(
                "async () => (await axe.run()).violations.filter(fault => ['serious', 'critical'].includes(fault.impact)).map(fault => fault.id + ': ' + fault.nodes.map(node => node.html).join(' '))");
            Assert.Empty(serious);
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
