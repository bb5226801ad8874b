using Microsoft.Playwright;
using Thrum.EndToEnd.Tests.Browser;
using Thrum.Gateway.Tests.Support;

namespace Thrum.Gateway.Tests.Browser;

/// <summary>What people do on the page about an alarm of a sensor's data.</summary>
[Trait("Category", "Browser")]
public sealed class DataAlarmTests
{
    [Fact]
    public async Task Page_AlarmOfData_IsAcknowledgedAndShelvedAsOthersAre()
    {
        await using RunningGateway gateway = await RunningGateway.StartAsync();
        await gateway.SendAsync(RunningGateway.Topic, [.. Enumerable.Range(0, 3000).Select(i => i == 500 ? float.NaN : (float)Math.Sin(0.4 * i))], gateway.StartUnixNs);

        await using BrowserPage browser = await BrowserPage.OpenAsync(gateway.Client.BaseAddress!);
        IPage page = browser.Page;
        await page.Locator("#standing li").Filter(new LocatorFilterOptions { HasText = "quality-non-finite" }).GetByRole(AriaRole.Link).ClickAsync();
        await Button(page, "Acknowledge").ClickAsync();
        await Assertions.Expect(Button(page, "Acknowledge")).ToHaveCountAsync(0);
        await Assertions.Expect(Button(page, "This was normal")).ToHaveCountAsync(0);
        await Button(page, "Shelve 8 h").ClickAsync();
        await Button(page, "Unshelve").ClickAsync();
        await Assertions.Expect(Button(page, "Shelve 8 h")).ToBeVisibleAsync();
        await Assertions.Expect(Button(page, "Acknowledge")).ToHaveCountAsync(0);

        // The buttons stand on the sensor's view too.
        await browser.GoAsync("#/sensor/pump/s/x");
        await Button(page, "Shelve 8 h").ClickAsync();
        await Assertions.Expect(Button(page, "Unshelve")).ToBeVisibleAsync();

        // Such an alarm has no evidence, and there are too few samples for spectra.
        browser.AssertClean("/evidence", "409");
    }

    private static ILocator Button(IPage page, string name) => page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = name });
}
