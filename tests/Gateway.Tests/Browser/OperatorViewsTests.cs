using Microsoft.Playwright;
using Thrum.Detector.Alarms;
using Thrum.Detector.Baselines;
using Thrum.Detector.Samples;
using Thrum.EndToEnd.Tests.Browser;
using Thrum.Gateway.Configuration;
using Thrum.Gateway.Http.Access;
using Thrum.Gateway.Tests.Support;

namespace Thrum.Gateway.Tests.Browser;

/// <summary>What people do on the page of a gateway with tokens, a shadow and an axis that learns.</summary>
[Trait("Category", "Browser")]
public sealed class OperatorViewsTests
{
    private readonly string _token = AccessToken.Create();

    [Fact]
    public async Task Page_OfAWholeGateway_ShowsAndDoesWhatOperatorsNeed()
    {
        await using RunningGateway gateway = await RunningGateway.StartAsync(Options);
        gateway.StartUnixNs = UnixTime.ToNs(DateTimeOffset.UtcNow);
        await gateway.PublishAsync(320);
        await gateway.SendAsync("v/fan/s/x", [.. Enumerable.Range(0, 5000).Select(i => (float)(Math.Sin(0.4 * i) + (0.2 * new Random(i).NextDouble())))], gateway.StartUnixNs);
        await gateway.PublishAsync(160, amplitude: 100);

        await using BrowserPage browser = await BrowserPage.OpenAsync(gateway.Client.BaseAddress!);
        await ShowTokenAsync(browser);
        await LookAtModelsAsync(browser);
        await ActOnTheAlarmAsync(browser, gateway);
        await MaintainAsync(browser, gateway);

        // A browser tells of every request that is refused: those without a right token, and what there are too few samples for.
        browser.AssertClean("401", "409", "/evidence");
    }

    private async Task ShowTokenAsync(BrowserPage browser)
    {
        IPage page = browser.Page;
        await Assertions.Expect(page.GetByRole(AriaRole.Dialog)).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator("#token")).ToBeFocusedAsync();
        await browser.LookAtAsync("token");
        await page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(page.GetByRole(AriaRole.Dialog)).ToBeVisibleAsync();
        await page.Locator("#token").FillAsync("thrum_wrong");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Locator("#token-reason")).ToHaveTextAsync("This token is not known here.");
        await page.Locator("#token").FillAsync(_token);
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.GetByRole(AriaRole.Dialog)).Not.ToBeVisibleAsync();
        await Assertions.Expect(page.Locator("#headline")).ToContainTextAsync("pump in alarm");
    }

    private static async Task LookAtModelsAsync(BrowserPage browser)
    {
        IPage page = browser.Page;
        await page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "Gateway" }).ClickAsync();
        ILocator shadow = page.Locator("section").Filter(new LocatorFilterOptions { Has = page.GetByRole(AriaRole.Heading, new PageGetByRoleOptions { Name = "Shadow next beside tiny" }) });
        await Assertions.Expect(shadow).ToContainTextAsync("windows on 1 axes since");
        await Assertions.Expect(shadow.Locator("tbody tr")).ToHaveCountAsync(5);
        await Assertions.Expect(shadow.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Make the shadow live" })).ToBeVisibleAsync();
        ILocator learning = page.Locator("section").Filter(new LocatorFilterOptions { Has = page.GetByRole(AriaRole.Heading, new PageGetByRoleOptions { Name = "Learning from healthy samples" }) });
        await Assertions.Expect(learning.Locator("tbody tr")).ToHaveCountAsync(1);
        await Assertions.Expect(learning.Locator("tbody tr")).ToContainTextAsync("collecting");
        Assert.True(await learning.Locator("progress").EvaluateAsync<double>("bar => bar.position") is > 0 and < 1);
        await browser.LookAtAsync("models");
    }

    private static async Task ActOnTheAlarmAsync(BrowserPage browser, RunningGateway gateway)
    {
        IPage page = browser.Page;
        await page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "Fleet" }).ClickAsync();
        await page.Locator("#standing li").Filter(new LocatorFilterOptions { HasText = "pump" }).GetByRole(AriaRole.Link).ClickAsync();
        ILocator state = page.Locator("#alarm-title .state");
        await Assertions.Expect(state).ToHaveTextAsync("Alarm");
        await PressAsync(page, "Shelve 8 h");
        await Assertions.Expect(state).ToHaveTextAsync("Shelved");
        await browser.LookAtAsync("shelved");
        await PressAsync(page, "Unshelve");
        await Assertions.Expect(state).ToHaveTextAsync("Alarm");
        await PressAsync(page, "This was normal");
        await Assertions.Expect(state).ToHaveTextAsync("Normal");

        // The levels are above it from now on.
        await gateway.PublishAsync(160, amplitude: 100);
        await browser.GoAsync("#/sensor/pump/s/x");
        await Assertions.Expect(page.Locator("#detail .state").First).ToHaveTextAsync("Normal");
    }

    private static async Task MaintainAsync(BrowserPage browser, RunningGateway gateway)
    {
        IPage page = browser.Page;
        ILocator state = page.Locator("#detail .state").First;
        await PressAsync(page, "Begin maintenance");
        await gateway.PublishAsync(160);
        await Assertions.Expect(state).ToHaveTextAsync("Maintenance");
        await PressAsync(page, "Begin maintenance", status: 409);
        await Assertions.Expect(page.Locator("#notice")).ToHaveTextAsync("machine 'pump' is already under maintenance");
        await PressAsync(page, "End maintenance");
        await gateway.PublishAsync(160);
        await Assertions.Expect(state).ToHaveTextAsync("Normal");
    }

    /// <summary>Presses a button that is a command, and waits for the answer.</summary>
    private static async Task PressAsync(IPage page, string button, int status = 200)
    {
        IResponse response = await page.RunAndWaitForResponseAsync(
            () => page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = button, Exact = true }).ClickAsync(), response => response.Request.Method == "POST");
        Assert.Equal(status, response.Status);
    }

    private ThrumOptions Options(ThrumOptions options)
    {
        string shadow = Path.Combine(Path.GetDirectoryName(options.Detector.Models[0].Path)!, "next.onnx");
        TinyModel.Write(shadow);
        return options with
        {
            Http = options.Http with { Tokens = [new HttpTokenOptions { Name = "ann", Role = AccessRole.Admin, Hash = AccessToken.HashOf(_token) }] },
            Detector = options.Detector with
            {
                Models = [options.Detector.Models[0] with { Match = "pump/*", Shadow = shadow }],
                Alarms = [new AlarmRuleOptions { Threshold = ThresholdKind.Fixed, Raise = 30, Clear = 20, RaiseCount = 1, OfWindows = 1 }],
                Baseline = new BaselineOptions
                {
                    Window = TimeSpan.FromMilliseconds(64),
                    Learning = TimeSpan.FromSeconds(1),
                    Calibration = TimeSpan.FromSeconds(1),
                    RaiseSigma = 500,
                    ClearSigma = 500,
                    Autoencoder = new LearningOptions { Enabled = true, Collect = TimeSpan.FromSeconds(10) },
                },
            },
        };
    }
}
