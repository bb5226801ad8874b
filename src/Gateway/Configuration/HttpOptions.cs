using System.ComponentModel.DataAnnotations;
using System.Net;
using Thrum.Detector;

namespace Thrum.Gateway.Configuration;

/// <summary>The page, API and telemetry endpoint.</summary>
internal sealed record HttpOptions : ICrossChecked
{
    /// <summary>False for no endpoint at all.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Address to listen on; one that other machines reach needs <see cref="Tokens"/>.</summary>
    [Required]
    public string Address { get; init; } = "127.0.0.1";

    /// <summary>Port to listen on; 0 for any free one.</summary>
    [Range(0, 65535)]
    public int Port { get; init; } = 8420;

    /// <summary>Absolute URL under which people reach the page, as through a proxy; webhooks link to evidence below it. Empty for no links.</summary>
    public string PublicUrl { get; init; } = "";

    /// <summary>How many requests a second a token, or an address without one, may make in the long run; five seconds' worth may come at once.</summary>
    [Range(1, 100_000)]
    public int RequestsPerSecond { get; init; } = 100;

    /// <summary>Who may use it; with none, everybody on this machine may.</summary>
    public IReadOnlyList<HttpTokenOptions> Tokens { get; init; } = [];

    public HttpTlsOptions Tls { get; init; } = new();

    public IEnumerable<string> Faults()
    {
        if (!IPAddress.TryParse(Address, out IPAddress? address))
        {
            yield return $"Address is '{Address}', expected an IP address such as 127.0.0.1";
        }
        else if (!IPAddress.IsLoopback(address) && Tokens.Count == 0)
        {
            yield return $"Address is '{Address}' and Tokens is empty, expected a loopback address such as 127.0.0.1, or an entry in Tokens as 'thrum token create' prints it: others could reach it";
        }

        if (PublicUrl.Length > 0 && !IsPublicUrl(PublicUrl))
        {
            yield return $"PublicUrl is '{PublicUrl}', expected an absolute http or https URL such as https://plant.example/thrum, of at most {LongestPublicUrl} characters, without user, query and fragment";
        }

        foreach (IGrouping<string, HttpTokenOptions> twice in Tokens.GroupBy(token => token.Name).Where(group => group.Count() > 1))
        {
            yield return $"Tokens has the name '{twice.Key}' more than once, expected every token to have its own: the log tells people apart by it";
        }
    }

    /// <summary>The link is part of a webhook's body, which is to stay below 20 kB.</summary>
    private const int LongestPublicUrl = 200;

    private static bool IsPublicUrl(string url) =>
        url.Length <= LongestPublicUrl && Uri.IsWellFormedUriString(url, UriKind.Absolute) && new Uri(url) is { UserInfo: "", Query: "", Fragment: "" } parsed
        && (parsed.Scheme == Uri.UriSchemeHttp || parsed.Scheme == Uri.UriSchemeHttps);
}

/// <summary>Somebody who may use the API; the token itself is stored nowhere.</summary>
internal sealed record HttpTokenOptions
{
    /// <summary>Who it is, as the log names it.</summary>
    [RegularExpression("^[A-Za-z0-9._@-]{1,64}$", ErrorMessage = "1 to 64 letters, digits or ._@-")]
    [Required]
    public string Name { get; init; } = "";

    public AccessRole Role { get; init; } = AccessRole.Viewer;

    /// <summary>SHA-256 of the token, in hexadecimal.</summary>
    [RegularExpression("^[0-9A-Fa-f]{64}$", ErrorMessage = "the SHA-256 of a token, 64 hexadecimal digits, as 'thrum token create' prints it")]
    [Required]
    public string Hash { get; init; } = "";
}

/// <summary>What a token allows; each role may do what those before it may.</summary>
internal enum AccessRole
{
    /// <summary>See everything.</summary>
    Viewer,

    /// <summary>Give commands.</summary>
    Operator,

    /// <summary>Change the gateway.</summary>
    Admin,
}

/// <summary>The certificate that the endpoint shows; without one it speaks HTTP.</summary>
internal sealed record HttpTlsOptions : ICrossChecked
{
    /// <summary>PEM file with the certificate and those that signed it; read anew when it changes.</summary>
    public string CertificateFile { get; init; } = "";

    /// <summary>PEM file with the certificate's private key, not encrypted.</summary>
    public string KeyFile { get; init; } = "";

    /// <summary>Whether there is a certificate.</summary>
    public bool IsOn => CertificateFile.Length > 0;

    public IEnumerable<string> Faults()
    {
        if (CertificateFile.Length > 0 != KeyFile.Length > 0)
        {
            yield return CertificateFile.Length > 0 ? "KeyFile is empty, expected the key of CertificateFile" : "CertificateFile is empty, expected the certificate of KeyFile";
        }
    }
}
