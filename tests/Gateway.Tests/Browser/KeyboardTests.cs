using Microsoft.Playwright;
using Thrum.Detector.Alarms;
using Thrum.EndToEnd.Tests.Browser;
using Thrum.Gateway.Tests.Support;

namespace Thrum.Gateway.Tests.Browser;

/// <summary>An operator without a mouse.</summary>
[Trait("Category", "Browser")]
public sealed class KeyboardTests
{
    private const int MostTabs = 60;

    [Fact]
    public async Task Alarm_ByKeyboardAlone_IsFoundOpenedAndAcknowledged()
    {
        await using RunningGateway gateway = await RunningGateway.StartAsync(options => options with
        {
            Detector = options.Detector with { Alarms = [new AlarmRuleOptions { Threshold = ThresholdKind.Fixed, Raise = 30, Clear = 20, RaiseCount = 1, OfWindows = 1 }] },
        });
        await gateway.PublishAsync(160);
        await gateway.PublishAsync(160, amplitude: 100);
        await using BrowserPage browser = await BrowserPage.OpenAsync(gateway.Client.BaseAddress!);
        IPage page = browser.Page;
        await Assertions.Expect(page.Locator("#standing li")).ToHaveCountAsync(1);

        await page.Keyboard.PressAsync("Tab");
        await Assertions.Expect(page.Locator(".skip")).ToBeFocusedAsync();
        await Assertions.Expect(page.Locator(".skip")).ToBeInViewportAsync();
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Locator("#main")).ToBeFocusedAsync();
        Assert.DoesNotContain("main", page.Url, StringComparison.Ordinal);

        await TabToAsync(page, page.Locator("#filter"));
        await page.Keyboard.TypeAsync("nothing");
        await Assertions.Expect(page.Locator("#sensors tr")).ToHaveCountAsync(0);
        await page.Keyboard.PressAsync("Control+A");
        await page.Keyboard.TypeAsync("pump alarm");
        await Assertions.Expect(page.Locator("#sensors tr")).ToHaveCountAsync(1);

        await TabToAsync(page, page.Locator("#standing li a"), "Shift+Tab");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Locator("#alarm-title .state")).ToHaveTextAsync("Alarm");
        await Assertions.Expect(page.Locator("#main")).ToBeFocusedAsync();
        string alarm = page.Url;

        // From any view the first link leads to the content, and not away from the view.
        await TabToAsync(page, page.Locator(".skip"), "Shift+Tab");
        await page.Keyboard.PressAsync("Enter");
        Assert.Equal(alarm, page.Url);
        await TabToAsync(page, page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Acknowledge" }));
        await page.Keyboard.PressAsync("Space");
        await Assertions.Expect(page.Locator("#alarm-title .state")).ToHaveTextAsync("Alarm, seen");

        // So few samples give no evidence, and a browser tells of every request that is refused.
        browser.AssertClean("/evidence");
    }

    private static async Task TabToAsync(IPage page, ILocator target, string key = "Tab")
    {
        for (int i = 0; i < MostTabs; i++)
        {
            await page.Keyboard.PressAsync(key);
            if (await target.EvaluateAsync<bool>("element => element === document.activeElement"))
            {
                Assert.NotEqual("none", await target.EvaluateAsync<string>("element => getComputedStyle(element).outlineStyle"));
                return;
            }
        }

        Assert.Fail($"{MostTabs} times {key} does not lead to {target}");
    }
}
