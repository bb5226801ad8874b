using System.CommandLine;
using Spectre.Console;
using Thrum.Detector.Alarms;
using Thrum.Detector.Samples;
using Thrum.Gateway.Configuration;
using Thrum.Sink.Store;
using Thrum.Sink.Webhooks;

namespace Thrum.Gateway.Cli;

/// <summary><c>thrum webhook test|replay</c>: tries the webhooks of a configuration, or sends them past transitions again.</summary>
internal static class WebhookCommand
{
    public static Command Create(TimeProvider time) => new("webhook", "Try the webhooks of a configuration, or send them past alarms again") { Test(time), Replay(time) };

    private static Command Test(TimeProvider time)
    {
        var arguments = new Shared();
        var command = new Command("test", "Send one test alarm to every webhook; exit code 1 if one does not take it");
        arguments.AddTo(command);
        command.Does(async (parsed, cancellationToken) =>
        {
            long now = UnixTime.ToNs(time.GetUtcNow());
            ThrumOptions options = arguments.Load(parsed);
            return await arguments.SendAsync(parsed, options, [WebhookTest.Transition(now)], time, cancellationToken).ConfigureAwait(false);
        });
        return command;
    }

    private static Command Replay(TimeProvider time)
    {
        var arguments = new Shared();
        var last = new Option<int>("--last") { Description = "How many of the latest transitions", DefaultValueFactory = _ => 1 };
        var id = new Option<Guid?>("--transition") { Description = "Only the transition with this id" };
        var command = new Command("replay", "Send past alarm transitions again, under the ids they had; the gateway may be running") { last, id };
        arguments.AddTo(command);
        command.Does(async (parsed, cancellationToken) =>
        {
            ThrumOptions options = arguments.Load(parsed);
            int limit = parsed.GetValue(last) is > 0 and int count ? count : throw new UsageException($"--last is {parsed.GetValue(last)}, expected at least 1");
            Guid? wanted = parsed.GetValue(id);
            IReadOnlyList<AlarmTransition> found = await LocalStore.ReadTransitionsAsync(options.Store.Path, wanted is null ? limit : int.MaxValue).ConfigureAwait(false);
            AlarmTransition[] chosen = [.. found.Where(transition => wanted is null || transition.Id == wanted).Reverse()];
            return chosen.Length == 0
                ? throw new UsageException(wanted is null ? $"{options.Store.Path} holds no transition yet" : $"{options.Store.Path} holds no transition {wanted}")
                : await arguments.SendAsync(parsed, options, chosen, time, cancellationToken).ConfigureAwait(false);
        });
        return command;
    }

    private sealed class Shared
    {
        private readonly Argument<string> _file = new("file") { Description = "The configuration file", DefaultValueFactory = _ => "thrum.json" };
        private readonly Option<string?> _id = new("--id") { Description = "Only the webhook with this Id" };
        private readonly Option<bool> _json = OptionFactory.Json();

        public void AddTo(Command command)
        {
            command.Arguments.Add(_file);
            command.Options.Add(_id);
            command.Options.Add(_json);
        }

        public ThrumOptions Load(ParseResult parsed) => ConfigurationLoader.Load(parsed.GetValue(_file)!, []);

        public async Task<int> SendAsync(
            ParseResult parsed, ThrumOptions options, IReadOnlyList<AlarmTransition> transitions, TimeProvider time, CancellationToken cancellationToken)
        {
            var answers = new List<(string Webhook, string Url, WebhookAnswer Answer)>();
            foreach (WebhookOptions webhook in Chosen(options, parsed.GetValue(_id)))
            {
                using var probe = new WebhookProbe(webhook, options.EventSource(), time);
                foreach (AlarmTransition transition in transitions)
                {
                    answers.Add((webhook.Id, webhook.Url, await probe.SendAsync(transition, cancellationToken).ConfigureAwait(false)));
                }
            }

            Report(answers, parsed.GetValue(_json));
            return answers.All(sent => sent.Answer.Accepted) ? ExitCode.Done : ExitCode.Failed;
        }

        private static WebhookOptions[] Chosen(ThrumOptions options, string? id)
        {
            WebhookOptions[] chosen = [.. options.Webhooks.Where(webhook => id is null || webhook.Id == id)];
            return chosen.Length > 0 ? chosen : throw new UsageException(options.Webhooks.Count == 0
                ? "the configuration has no webhooks"
                : $"--id is '{id}', expected one of {string.Join(", ", options.Webhooks.Select(webhook => webhook.Id))}");
        }

        private static void Report(IReadOnlyList<(string Webhook, string Url, WebhookAnswer Answer)> answers, bool json)
        {
            if (json)
            {
                Terminal.WriteJson(answers.Select(sent => new { webhook = sent.Webhook, url = sent.Url, id = sent.Answer.Id, accepted = sent.Answer.Accepted, answer = sent.Answer.Words }));
                return;
            }

            var table = new Table().AddColumns("Webhook", "Event", "Answer");
            foreach ((string webhook, _, WebhookAnswer answer) in answers)
            {
                table.AddRow(Markup.Escape(webhook), Markup.Escape(answer.Id), answer.Accepted ? "[green]accepted[/]" : $"[red]{Markup.Escape(answer.Words)}[/]");
            }

            Terminal.Out.Write(table);
        }
    }
}
