using System.CommandLine;
using Thrum.Gateway.Http.Access;

namespace Thrum.Gateway.Cli;

/// <summary>The options that say which running gateway to ask, and with what token.</summary>
/// <param name="role">Whose token it takes, as in "a token" or "an operator's token".</param>
internal sealed class GatewayOptionSet(string role = "a token")
{
    private readonly Option<string> _url = new("--url") { Description = "Address of the gateway", DefaultValueFactory = _ => "http://127.0.0.1:8420" };

    private readonly Option<string> _tokenFile =
        new("--token-file") { Description = $"File with {role}; without one the variable {AccessToken.Variable}", DefaultValueFactory = _ => "" };

    public void AddTo(Command command)
    {
        command.Options.Add(_url);
        command.Options.Add(_tokenFile);
    }

    /// <exception cref="UsageException">The address is none, the file is empty, or the token would go over a network in clear.</exception>
    public GatewayClient Connect(ParseResult parsed) => new(parsed.GetValue(_url)!, TokenOf(parsed.GetValue(_tokenFile)!));

    private static string? TokenOf(string file)
    {
        if (file.Length == 0)
        {
            return Environment.GetEnvironmentVariable(AccessToken.Variable);
        }

        return File.ReadLines(file).FirstOrDefault()?.Trim() ?? throw new UsageException($"{file} is empty, expected a token on its first line");
    }
}
