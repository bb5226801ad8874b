using System.Security.Cryptography;
using System.Text;
using Thrum.Gateway.Configuration;

namespace Thrum.Gateway.Http.Access;

/// <summary>The tokens that are accepted.</summary>
internal sealed class TokenSet(IReadOnlyList<HttpTokenOptions> tokens)
{
    private readonly (byte[] Hash, Caller Caller)[] _tokens = [.. tokens.Select(token => (Convert.FromHexString(token.Hash), new Caller(token.Name, token.Role)))];

    public bool IsEmpty => _tokens.Length == 0;

    /// <summary>Whose token it is; null for nobody's. The time it takes does not tell how much of a hash was right, nor which.</summary>
    public Caller? Find(string token)
    {
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes(token));
        Caller? found = null;
        foreach ((byte[] known, Caller caller) in _tokens)
        {
            found = CryptographicOperations.FixedTimeEquals(hash, known) ? caller : found;
        }

        return found;
    }
}
