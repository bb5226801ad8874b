using Microsoft.Playwright;

namespace Thrum.EndToEnd.Tests.Browser;

/// <summary>A page in Debian's Chromium, and what it complained of.</summary>
internal sealed class BrowserPage : IAsyncDisposable
{
    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;
    private readonly List<string> _complaints = [];
    private readonly List<string> _foreign = [];

    private BrowserPage(IPlaywright playwright, IBrowser browser, IPage page, Uri home)
    {
        _playwright = playwright;
        _browser = browser;
        Page = page;
        page.Console += (_, message) => AddIf(_complaints, message.Type is "error" or "warning", $"{message.Text} {message.Location}");
        page.PageError += (_, error) => _complaints.Add(error);
        page.Request += (_, request) => AddIf(
            _foreign, !request.Url.StartsWith(home.ToString(), StringComparison.Ordinal) && !request.Url.StartsWith("data:", StringComparison.Ordinal), request.Url);
    }

    public IPage Page { get; }

    /// <summary>Opens an address.</summary>
    /// <param name="home">The page's address: nothing may be asked of another.</param>
    /// <param name="width">Width of the screen.</param>
    /// <param name="height">Its height.</param>
    /// <param name="script">What runs before the page's own scripts.</param>
    public static async Task<BrowserPage> OpenAsync(Uri home, int width = 1280, int height = 720, string script = ";")
    {
        string chromium = Require.Program("chromium");
        IPlaywright playwright = await Playwright.CreateAsync();
        IBrowser browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = chromium,
            Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
        });
        IPage page = await browser.NewPageAsync(new BrowserNewPageOptions { ViewportSize = new ViewportSize { Width = width, Height = height } });
        var opened = new BrowserPage(playwright, browser, page, home);
        await page.AddInitScriptAsync(script);
        await opened.Page.GotoAsync(home.ToString());
        return opened;
    }

    /// <summary>Takes pictures for people, in light and dark and as wide as a phone, where nothing may be wider than the screen; and lets axe-core look for what a keyboard or screen reader would stumble on.</summary>
    public async Task LookAtAsync(string view)
    {
        PageViewportSizeResult desktop = Page.ViewportSize!;
        foreach (ColorScheme scheme in (ColorScheme[])[ColorScheme.Dark, ColorScheme.Light])
        {
            await Page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = scheme });
            await PictureAsync($"{view}-{scheme}");
            await Page.EvaluateAsync(await File.ReadAllTextAsync(Path.Combine(RepositoryPaths.Root, "src", "Gateway", "npm", "node_modules", "axe-core", "axe.min.js")));
            string[] serious = await Page.EvaluateAsync<string[]>(
                "async () => (await axe.run()).violations.filter(fault => ['serious', 'critical'].includes(fault.impact)).map(fault => fault.id + ': ' + fault.nodes.map(node => node.html).join(' '))");
            Assert.Empty(serious);
        }

        await Page.SetViewportSizeAsync(390, 844);
        await PictureAsync($"{view}-phone");
        int beyond = await Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth - document.documentElement.clientWidth");
        Assert.True(beyond <= 0, $"{view} is {beyond} pixels wider than a phone");
        await Page.SetViewportSizeAsync(desktop.Width, desktop.Height);
    }

    /// <summary>Goes to a view by its address.</summary>
    public Task GoAsync(string hash) => Page.EvaluateAsync("hash => { location.hash = hash }", hash);

    /// <summary>Nothing was asked of anybody else, and the console has neither errors nor warnings.</summary>
    /// <param name="expected">What is in those that a test provokes.</param>
    public void AssertClean(params string[] expected)
    {
        Assert.Equal("", string.Join('\n', _complaints.Where(complaint => !expected.Any(part => complaint.Contains(part, StringComparison.Ordinal)))));
        Assert.Empty(_foreign);
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.CloseAsync();
        _playwright.Dispose();
    }

    private Task PictureAsync(string name) =>
        Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(AppContext.BaseDirectory, $"page-{name}.png"), FullPage = true });

    private static void AddIf(List<string> list, bool condition, string text)
    {
        if (condition)
        {
            list.Add(text);
        }
    }
}
