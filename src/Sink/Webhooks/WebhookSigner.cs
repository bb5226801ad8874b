using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Thrum.Sink.Webhooks;

/// <summary>
/// Signs as Standard Webhooks 1.0 says, over <c>id.timestamp.body</c>: HMAC-SHA256 for a secret <c>whsec_…</c> (prefix <c>v1,</c>),
/// Ed25519 for a private key <c>whsk_…</c> (prefix <c>v1a,</c>). Several keys give several signatures, so that a key can be replaced
/// while receivers still check by the old one.
/// </summary>
internal sealed class WebhookSigner
{
    private const string SecretPrefix = "whsec_";
    private const string PrivateKeyPrefix = "whsk_";

    private readonly Key[] _keys;

    /// <param name="keys">Each good by <see cref="IsKey"/>; the newest first.</param>
    public WebhookSigner(params IEnumerable<string> keys) => _keys = [.. keys.Select(Read)];

    /// <summary>
    /// True for <c>whsec_</c> and base64 of 24 to 64 bytes, the specification's bounds, and for <c>whsk_</c> and base64 of an Ed25519
    /// private key: its 32 bytes, or 64 with the public key behind.
    /// </summary>
    public static bool IsKey(string key) =>
        (key.StartsWith(SecretPrefix, StringComparison.Ordinal) && LengthOf(key, SecretPrefix) is >= 24 and <= 64)
        || (key.StartsWith(PrivateKeyPrefix, StringComparison.Ordinal) && LengthOf(key, PrivateKeyPrefix) is Ed25519.PrivateKeyBytes or 2 * Ed25519.PrivateKeyBytes);

    /// <summary>True when a key needs Ed25519.</summary>
    public static bool NeedsEd25519(string key) => key.StartsWith(PrivateKeyPrefix, StringComparison.Ordinal);

    /// <summary>The value of <c>webhook-signature</c>: one signature per key, with spaces between.</summary>
    public string Sign(string id, long timestampUnixSeconds, ReadOnlySpan<byte> body)
    {
        byte[] head = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.{timestampUnixSeconds}."));
        byte[] signed = [.. head, .. body];
        return string.Join(' ', _keys.Select(key => key.IsPrivate
            ? "v1a," + Convert.ToBase64String(Ed25519.Sign(key.Bytes, signed))
            : "v1," + Convert.ToBase64String(HMACSHA256.HashData(key.Bytes, signed))));
    }

    private static Key Read(string key) => NeedsEd25519(key)
        ? new Key(true, Convert.FromBase64String(key[PrivateKeyPrefix.Length..])[..Ed25519.PrivateKeyBytes])
        : new Key(false, Convert.FromBase64String(key[SecretPrefix.Length..]));

    private static int LengthOf(string key, string prefix) => Base64.IsValid(key.AsSpan(prefix.Length), out int bytes) ? bytes : -1;

    private readonly record struct Key(bool IsPrivate, byte[] Bytes);
}
