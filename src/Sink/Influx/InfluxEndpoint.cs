using System.Net.Http.Headers;
using System.Text;

namespace Thrum.Sink.Influx;

/// <summary>Where points are written and by what right.</summary>
internal sealed class InfluxEndpoint
{
    public InfluxEndpoint(InfluxOptions options)
    {
        Uri url = new(options.Url);
        WriteUrl = IsComplete(url) ? url : Build(options);
        Authorization = AuthorizationOf(options);
    }

    /// <summary>The address of the writes, with its query.</summary>
    public Uri WriteUrl { get; }

    /// <summary>The credentials, or null.</summary>
    public AuthenticationHeaderValue? Authorization { get; }

    /// <summary>True for an address that already says where to write.</summary>
    public static bool IsComplete(Uri url) => url.AbsolutePath.EndsWith("/write", StringComparison.Ordinal) && url.Query.Length > 1;

    private static Uri Build(InfluxOptions options)
    {
        string root = options.Url.TrimEnd('/');
        string path = options.Api == InfluxApi.V1
            ? $"/write?db={Uri.EscapeDataString(options.Database)}&precision=ns"
            : $"/api/v2/write?org={Uri.EscapeDataString(options.Org)}&bucket={Uri.EscapeDataString(options.Bucket)}&precision=ns";
        string[] ends = ["/api/v2/write", "/write"];
        string end = ends.FirstOrDefault(candidate => root.EndsWith(candidate, StringComparison.Ordinal)) ?? "";
        return new Uri(root[..^end.Length] + path);
    }

    private static AuthenticationHeaderValue? AuthorizationOf(InfluxOptions options)
    {
        if (options.Token.Length > 0)
        {
            return new AuthenticationHeaderValue("Token", options.Token);
        }

        return options.User.Length > 0
            ? new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{options.User}:{options.Password}")))
            : null;
    }
}
