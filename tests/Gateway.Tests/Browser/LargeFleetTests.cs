using System.Text.Json;
using Microsoft.Playwright;
using Thrum.Detector.Scores;
using Thrum.EndToEnd.Tests.Browser;
using Thrum.Gateway.Tests.Support;

namespace Thrum.Gateway.Tests.Browser;

/// <summary>The fleet view with a thousand axes that all score all the time.</summary>
[Trait("Category", "Browser")]
public sealed class LargeFleetTests(ITestOutputHelper output)
{
    private const int Axes = 1000;
    private const int Updates = 8;

    /// <summary>Rows on the screen and a little beyond, and the fifty others that are brought up to date at once.</summary>
    private const int MostRows = 50 + 30;

    private const string Watch = """
        window.tasks = []
        new PerformanceObserver(list => tasks.push(...list.getEntries().map(entry => entry.duration))).observe({ type: 'longtask', buffered: true })
        """;

    private const string Count = """
        async updates => {
          const body = document.getElementById('sensors'), totals = document.getElementById('totals'), touched = []
          let rows = new Set(), moved = 0
          tasks.length = 0
          const watch = new MutationObserver(records => {
            for (const { target, type } of records) {
              if (type === 'childList' && target === body) moved++
              const row = (target.closest ? target : target.parentElement).closest('#sensors tr')
              if (row) rows.add(row.dataset.key)
            }
          })
          watch.observe(body, { subtree: true, childList: true, characterData: true, attributes: true })
          const begin = performance.now()
          await new Promise(resolve => new MutationObserver(() => {
            touched.push(rows.size)
            rows = new Set()
            if (touched.length > updates) resolve()
          }).observe(totals.querySelector('[data-name="windows"]'), { subtree: true, childList: true, characterData: true }))
          return { touched: touched.slice(1), moved, seconds: (performance.now() - begin) / 1000, tasks }
        }
        """;

    [Fact]
    public async Task Fleet_OfAThousandAxes_TouchesOnlyWhatIsSeen()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(withTokens: false);
        string[] machines = [.. Enumerable.Range(0, Axes - 1).Select(i => FormattableString.Invariant($"machine-{i:D4}"))];
        long written = 0;
        async Task WriteAsync()
        {
            using ScoreBatch batch = gateway.Scores.Of(1 + ((written % 7) / 10f), 2_000_000_000 + (250_000_000 * written++), machines);
            await gateway.Live.WriteAsync(batch, CancellationToken.None);
        }

        for (int i = 0; i < 240; i++)
        {
            await WriteAsync();
        }

        using var stop = new CancellationTokenSource();
        Task writing = Task.Run(
            async () =>
            {
                using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(250));
                while (!stop.IsCancellationRequested)
                {
                    await WriteAsync();
                    await timer.WaitForNextTickAsync(CancellationToken.None);
                }
            },
            CancellationToken.None);
        await using (BrowserPage browser = await BrowserPage.OpenAsync(gateway.Server.Address!, script: Watch))
        {
            await Assertions.Expect(browser.Page.Locator("#sensors tr")).ToHaveCountAsync(Axes);
            JsonElement paint = await browser.Page.EvaluateAsync<JsonElement>(
                "() => ({ paint: performance.getEntriesByName('first-contentful-paint')[0].startTime, state: performance.getEntriesByName('first-state')[0].startTime, tasks })");
            JsonElement found = await browser.Page.EvaluateAsync<JsonElement>(Count, Updates);
            output.WriteLine($"first paint {Ms(paint, "paint")}, first state {Ms(paint, "state")}, long tasks until then (ms) {paint.GetProperty("tasks")}");
            output.WriteLine($"{Updates} updates: {found}");

            int[] touched = [.. found.GetProperty("touched").EnumerateArray().Select(rows => rows.GetInt32())];
            Assert.Equal(Updates, touched.Length);
            Assert.All(touched, rows => Assert.InRange(rows, 1, MostRows));
            Assert.Equal(0, found.GetProperty("moved").GetInt32());
            await browser.Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(AppContext.BaseDirectory, "page-large.png") });
            browser.AssertClean();
        }

        await stop.CancelAsync();
        await writing;
    }

    private static string Ms(JsonElement of, string name) => FormattableString.Invariant($"{of.GetProperty(name).GetDouble():F0} ms");
}
