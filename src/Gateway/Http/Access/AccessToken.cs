using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Thrum.Gateway.Http.Access;

/// <summary>
/// A token of 256 random bits. One hash without salt or stretching is enough at rest: nothing that random can be looked up or tried out.
/// </summary>
internal static class AccessToken
{
    /// <summary>Lets a person, and a scanner for leaked secrets, see what it is.</summary>
    public const string Prefix = "thrum_";

    /// <summary>Variable of the environment with the token that a command shows to a running gateway.</summary>
    public const string Variable = "THRUM_TOKEN";

    private const int RandomBytes = 32;

    public static string Create() => Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(RandomBytes));

    /// <summary>SHA-256 of the token's UTF-8, 64 hexadecimal digits in lower case.</summary>
    public static string HashOf(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
}
