using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Thrum.Sink.Webhooks;

/// <summary>Signs as Standard Webhooks 1.0 says: HMAC-SHA256 over <c>id.timestamp.body</c>, in base64, with the prefix <c>v1,</c>.</summary>
internal sealed class WebhookSigner
{
    private const string Prefix = "whsec_";

    private readonly byte[] _key;

    /// <param name="secret">See <see cref="WebhookOptions.Secret"/>.</param>
    public WebhookSigner(string secret) => _key = Convert.FromBase64String(secret[Prefix.Length..]);

    /// <summary>True for <c>whsec_</c> and base64 of 24 to 64 bytes, the specification's bounds.</summary>
    public static bool IsSecret(string secret) =>
        secret.StartsWith(Prefix, StringComparison.Ordinal)
        && Base64.IsValid(secret.AsSpan(Prefix.Length), out int bytes)
        && bytes is >= 24 and <= 64;

    /// <summary>The value of <c>webhook-signature</c>.</summary>
    public string Sign(string id, long timestampUnixSeconds, ReadOnlySpan<byte> body)
    {
        using IncrementalHash hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _key);
        hash.AppendData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.{timestampUnixSeconds}.")));
        hash.AppendData(body);
        return "v1," + Convert.ToBase64String(hash.GetHashAndReset());
    }
}
