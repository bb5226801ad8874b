using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Thrum.Sink.Webhooks;

/// <summary>Ed25519 signatures (RFC 8032) by OpenSSL 3, which .NET's own cryptography uses on Linux but offers no Ed25519 of.</summary>
internal static class Ed25519
{
    /// <summary>Length of a private key.</summary>
    public const int PrivateKeyBytes = 32;

    private const int SignatureBytes = 64;
    private const int KeyType = 1087; // NID_ED25519
    private const string Library = "libcrypto";

    static Ed25519() => NativeLibrary.SetDllImportResolver(typeof(Ed25519).Assembly, static (name, _, _) => name == Library ? Load() : 0);

    /// <summary>True when this machine's OpenSSL can be used.</summary>
    public static bool IsAvailable => Load() != 0;

    /// <summary>The 64 bytes of the signature.</summary>
    /// <exception cref="CryptographicException">OpenSSL refused.</exception>
    public static byte[] Sign(ReadOnlySpan<byte> privateKey, byte[] message)
    {
        nint key = EVP_PKEY_new_raw_private_key(KeyType, 0, privateKey.ToArray(), PrivateKeyBytes);
        nint context = EVP_MD_CTX_new();
        try
        {
            byte[] signature = new byte[SignatureBytes];
            nuint length = SignatureBytes;
            return key != 0 && context != 0
                && EVP_DigestSignInit(context, 0, 0, 0, key) == 1
                && EVP_DigestSign(context, signature, ref length, message, (nuint)message.Length) == 1
                ? signature
                : throw new CryptographicException("OpenSSL could not sign with this Ed25519 key.");
        }
        finally
        {
            EVP_MD_CTX_free(context);
            EVP_PKEY_free(key);
        }
    }

    private static nint Load()
    {
        foreach (string name in (ReadOnlySpan<string>)["libcrypto.so.3", "libcrypto.3.dylib", "libcrypto-3-x64.dll"])
        {
            if (NativeLibrary.TryLoad(name, out nint library))
            {
                return library;
            }
        }

        return 0;
    }

    [DllImport(Library)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint EVP_PKEY_new_raw_private_key(int type, nint engine, byte[] key, nuint length);

    [DllImport(Library)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern void EVP_PKEY_free(nint key);

    [DllImport(Library)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint EVP_MD_CTX_new();

    [DllImport(Library)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern void EVP_MD_CTX_free(nint context);

    [DllImport(Library)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int EVP_DigestSignInit(nint context, nint keyContext, nint digest, nint engine, nint key);

    [DllImport(Library)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int EVP_DigestSign(nint context, byte[] signature, ref nuint signatureLength, byte[] message, nuint messageLength);
}
