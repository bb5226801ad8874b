using System.CommandLine;
using Thrum.Ingest.Replay;

namespace Thrum.Gateway.Cli;

/// <summary>The options that make a link bad.</summary>
internal sealed class LinkOptionSet
{
    private readonly Option<double> _drop = Share("--drop", "Share of messages that never arrive, 0 to 1");
    private readonly Option<double> _duplicate = Share("--duplicate", "Share of messages that arrive twice, 0 to 1");
    private readonly Option<double> _reorder = Share("--reorder", "Share of messages that arrive after the next one, 0 to 1");
    private readonly Option<TimeSpan?> _jitter = OptionFactory.Duration("--jitter", "Longest delay of a message, such as 50ms; none by default");
    private readonly Option<int> _seed = new("--seed") { Description = "Seed of the link's faults: the same seed gives the same", DefaultValueFactory = _ => 1 };

    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[_drop, _duplicate, _reorder, _jitter, _seed])
        {
            command.Options.Add(option);
        }
    }

    /// <exception cref="UsageException">A share is not from 0 to 1.</exception>
    public LinkFaults Read(ParseResult parsed) => new()
    {
        Drop = Checked(parsed, _drop),
        Duplicate = Checked(parsed, _duplicate),
        Reorder = Checked(parsed, _reorder),
        Jitter = parsed.GetValue(_jitter) ?? TimeSpan.Zero,
        Seed = parsed.GetValue(_seed),
    };

    private static double Checked(ParseResult parsed, Option<double> option) => parsed.GetValue(option) is >= 0 and <= 1 and double share
        ? share
        : throw new UsageException(FormattableString.Invariant($"{option.Name} is {parsed.GetValue(option)}, expected 0 to 1"));

    private static Option<double> Share(string name, string description) => new(name) { Description = description, DefaultValueFactory = _ => 0 };
}
