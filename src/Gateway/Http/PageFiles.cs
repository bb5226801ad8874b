using System.Reflection;
using Thrum.Gateway.Http.Access;

namespace Thrum.Gateway.Http;

/// <summary>Serves the page's files from the assembly: nothing is read from disk and nothing from elsewhere.</summary>
internal static class PageFiles
{
    private const string Css = "text/css; charset=utf-8";
    private const string JavaScript = "text/javascript; charset=utf-8";

    private static readonly (string Route, string Resource, string ContentType)[] Files =
    [
        ("/", "index.html", "text/html; charset=utf-8"),
        ("/page.css", "page.css", Css),
        ("/uplot.css", "uplot.css", Css),
        ("/uplot.js", "uplot.js", JavaScript),
        ("/page.js", "page.js", JavaScript),
        ("/alarm.js", "alarm.js", JavaScript),
        ("/charts.js", "charts.js", JavaScript),
        ("/commands.js", "commands.js", JavaScript),
        ("/fleet.js", "fleet.js", JavaScript),
        ("/gateway.js", "gateway.js", JavaScript),
        ("/live.js", "live.js", JavaScript),
        ("/signal.js", "signal.js", JavaScript),
        ("/machine.js", "machine.js", JavaScript),
        ("/models.js", "models.js", JavaScript),
        ("/tables.js", "tables.js", JavaScript),
        ("/session.js", "session.js", JavaScript),
        ("/sensor.js", "sensor.js", JavaScript),
        ("/words.js", "words.js", JavaScript),
    ];

    public static void Map(IEndpointRouteBuilder routes)
    {
        foreach ((string route, string resource, string contentType) in Files)
        {
            byte[] content = Read(resource);
            routes.MapGet(route, () => Results.Bytes(content, contentType)).WithMetadata(OpenAccess.Mark).ExcludeFromDescription();
        }
    }

    private static byte[] Read(string name)
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"Page.{name}")
            ?? throw new InvalidOperationException($"The page's file {name} is not embedded in the assembly.");
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }
}
