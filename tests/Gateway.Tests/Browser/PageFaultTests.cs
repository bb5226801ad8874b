using Microsoft.Playwright;
using Thrum.Detector.Alarms;
using Thrum.Detector.Samples;
using Thrum.Detector.Scores;
using Thrum.EndToEnd.Tests.Browser;
using Thrum.Gateway.Tests.Support;

namespace Thrum.Gateway.Tests.Browser;

/// <summary>What the page must not stumble over: addresses that are none, faults of its own, answers that come late or in another order.</summary>
[Trait("Category", "Browser")]
public sealed class PageFaultTests
{
    private const string FailOnce = """
        const original = Node.prototype.insertBefore
        Node.prototype.insertBefore = function (...given) {
          Node.prototype.insertBefore = original
          throw new Error('made up')
        }
        """;

    [Fact]
    public async Task Hash_ThatIsNoAddress_ShowsTheFleetAndGoesOn()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(withTokens: false);
        await using BrowserPage browser = await BrowserPage.OpenAsync(gateway.Server.Address!);
        await Assertions.Expect(browser.Page.Locator("#headline")).ToHaveTextAsync("pump in alarm, 0 of 1 machines normal");
        await browser.GoAsync("#/sensor/%E0");
        gateway.Live.Restore([], [Scores.Change(new AxisId("fan", "s", "x"), "score", AlarmSeverity.Alarm, AlarmState.Normal, AlarmState.ActiveUnacknowledged)]);
        await WriteAsync(gateway, gateway.Scores.Of(1, 2_000_000_000, "pump"));

        // The standing alarm of an axis of which nothing came since the start is one of its machine.
        await Assertions.Expect(browser.Page.Locator("#headline")).ToHaveTextAsync("fan, pump in alarm, 0 of 2 machines normal");
        await Assertions.Expect(browser.Page.Locator("#fleet")).ToBeVisibleAsync();
        browser.AssertClean();
    }

    [Fact]
    public async Task View_ThatThrows_IsToldAsAFaultOfThePageAndGoesOn()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(withTokens: false);
        await using BrowserPage browser = await BrowserPage.OpenAsync(gateway.Server.Address!, script: FailOnce);

        await Assertions.Expect(browser.Page.Locator("#notice")).ToHaveTextAsync("This page has a fault: made up");
        await Assertions.Expect(browser.Page.Locator("#headline")).ToHaveTextAsync("pump in alarm, 0 of 1 machines normal");
        browser.AssertClean("made up");
    }

    [Fact]
    public async Task History_SpansPressedFasterThanTheyAreAnswered_ShowsTheLast()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(withTokens: false);
        await using BrowserPage browser = await BrowserPage.OpenAsync(gateway.Server.Address!);
        IPage page = browser.Page;
        var late = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await page.RouteAsync("**/api/v1/history?**minutes=1440&**", async route =>
        {
            await late.Task;
            await route.FulfillAsync(new RouteFulfillOptions { ContentType = "application/json", Body = "[]" });
        });
        await page.RouteAsync("**/api/v1/history?**minutes=10080&**", route => route.FulfillAsync(
            new RouteFulfillOptions { Status = 409, ContentType = "application/problem+json", Body = """{"detail":"seven days"}""" }));
        await browser.GoAsync("#/sensor/pump/s/x");

        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "1 day" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "7 days" }).ClickAsync();
        ILocator section = page.Locator("section").Filter(new LocatorFilterOptions { Has = page.GetByRole(AriaRole.Heading, new PageGetByRoleOptions { Name = "Score over time" }) });
        await Assertions.Expect(section).ToContainTextAsync("seven days");
        Task<IResponse> answered = page.WaitForResponseAsync(response => response.Url.Contains("minutes=1440&", StringComparison.Ordinal));
        late.SetResult();
        await (await answered).FinishedAsync();
        await page.EvaluateAsync("() => new Promise(resolve => setTimeout(resolve, 100))");

        await Assertions.Expect(section).ToContainTextAsync("seven days");
        browser.AssertClean("409");
    }

    [Fact]
    public async Task OlderAlarms_WhenTheLatestNoLongerReachThem_AreTakenAway()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(withTokens: false);
        await RaiseAsync(gateway, 1, 60);
        await using BrowserPage browser = await BrowserPage.OpenAsync(gateway.Server.Address!);
        IPage page = browser.Page;
        await page.RouteAsync("**/api/v1/alarms?**before=**", async route =>
        {
            string older = await gateway.Client.GetStringAsync("/api/v1/alarms?limit=1");
            await route.FulfillAsync(new RouteFulfillOptions { ContentType = "application/json", Body = older });
        });
        await page.Locator("#more-alarms").ClickAsync();
        await Assertions.Expect(page.Locator("#older li")).ToHaveCountAsync(1);
        await RaiseAsync(gateway, 100, 250);

        await Assertions.Expect(page.Locator("#older li")).ToHaveCountAsync(0);
        await Assertions.Expect(page.Locator("#alarms li")).ToHaveCountAsync(50);
        await Assertions.Expect(page.Locator("#more-alarms")).ToBeVisibleAsync();
        browser.AssertClean();
    }

    private static async Task RaiseAsync(TestGateway gateway, int from, int count)
    {
        for (int i = from; i < from + count; i++)
        {
            await WriteAsync(gateway, gateway.Scores.Transition("pump", AlarmState.Normal, AlarmState.ActiveUnacknowledged, 2_000_000_000 + i));
        }
    }

    private static async Task WriteAsync(TestGateway gateway, ScoreBatch batch)
    {
        using (batch)
        {
            await gateway.Live.WriteAsync(batch, CancellationToken.None);
        }
    }
}
