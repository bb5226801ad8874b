using System.CommandLine;
using System.Text.Json;
using Thrum.Gateway.Configuration;
using Thrum.Gateway.Http.Access;

namespace Thrum.Gateway.Cli;

/// <summary><c>thrum token create</c>: a token for the API, and what the configuration keeps of it.</summary>
internal static class TokenCommand
{
    public static Command Create() => new("token", "Tokens for the page and API") { New() };

    private static Command New()
    {
        var role = OptionFactory.OneOf("--role", "What it allows, to see, to give commands too, or all", AccessRole.Viewer);
        var name = new Option<string>("--name") { Description = "Who it is for, as the log names it", Required = true };
        Option<bool> json = OptionFactory.Json();
        var command = new Command("create", "Make a token; it is shown once and stored nowhere") { role, name, json };
        command.Does((parsed, _) =>
        {
            string token = AccessToken.Create();
            var entry = new HttpTokenOptions { Name = parsed.GetValue(name)!, Role = parsed.GetValue(role), Hash = AccessToken.HashOf(token) };
            if (OptionsFaults.Of(entry, "").FirstOrDefault() is { } fault)
            {
                throw new UsageException($"--name: {fault}");
            }

            var written = new { name = entry.Name, role = ValueText.JsonName(entry.Role.ToString()), hash = entry.Hash };
            if (parsed.GetValue(json))
            {
                Terminal.WriteJson(new { token, entry = written });
            }
            else
            {
                Console.Out.WriteLine($"Token, shown only now: {token}");
                Console.Out.WriteLine($"Entry for \"http\": {{ \"tokens\": [ … ] }}: {JsonSerializer.Serialize(written)}");
            }

            return Task.FromResult(ExitCode.Done);
        });
        return command;
    }
}
