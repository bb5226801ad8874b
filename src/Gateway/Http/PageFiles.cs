using System.Reflection;
using Thrum.Gateway.Http.Access;

namespace Thrum.Gateway.Http;

/// <summary>Serves the page's files from the assembly: nothing is read from disk and nothing from elsewhere.</summary>
internal static class PageFiles
{
    private const string Prefix = "Page.";

    public static void Map(IEndpointRouteBuilder routes)
    {
        foreach (string resource in Assembly.GetExecutingAssembly().GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            byte[] content = Read(resource);
            string name = resource[Prefix.Length..], type = TypeOf(name);
            routes.MapGet(name == "index.html" ? "/" : "/" + name, () => Results.Bytes(content, type)).WithMetadata(OpenAccess.Mark).ExcludeFromDescription();
        }
    }

    private static string TypeOf(string name) => Path.GetExtension(name) switch
    {
        ".html" => "text/html; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        string other => throw new InvalidOperationException($"The page's file {name} ends with '{other}', expected .html, .css or .js."),
    };

    private static byte[] Read(string resource)
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(resource)!;
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }
}
