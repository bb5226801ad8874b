using Microsoft.Extensions.Logging.Abstractions;
using Thrum.Detector.Stages;
using Thrum.Gateway.Tests.Support;
using Thrum.Ingest.Broker;
using Thrum.Sink.Store;

namespace Thrum.Gateway.Tests.Cli;

/// <summary>Messages are sent again by <c>thrum deadletter replay</c> to the configuration's broker, with its password.</summary>
public sealed class DeadLetterBrokerTests : IAsyncLifetime
{
    private readonly ConfigurationFolder _folder = new();
    private readonly LoopbackBroker _broker = new(
        new LoopbackBrokerOptions { User = "thrum", Password = "s3cret word" }, TimeProvider.System, NullLogger<LoopbackBroker>.Instance);

    public async ValueTask InitializeAsync()
    {
        await using LocalStore store = await LocalStore.OpenAsync(
            new StoreOptions { Path = _folder.File("thrum.db") }, TimeProvider.System, NullLogger<LocalStore>.Instance);
        await using DeadLetterStore letters = new(store, TimeProvider.System);
        Assert.True(letters.TryAdd(new DeadLetter(DeadLetter.Message, "v/pump", default, "not f32le", 1, "", 3, new byte[] { 1, 2, 3 })));
    }

    public async ValueTask DisposeAsync()
    {
        await _broker.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Replay_PasswordInAFile_IsThatOfTheConfiguration()
    {
        await File.WriteAllTextAsync(_folder.File("password.txt"), "s3cret word\n");
        Write("passwordFile", "password.txt");

        ThrumProgram.Outcome outcome = await ThrumProgram.RunAsync(_folder.Path, "deadletter", "replay", "1", "-c", "broker.json");

        Assert.Equal((0, "sent 1"), (outcome.ExitCode, outcome.Error.Trim()));
        Assert.Equal(1, _broker.ReceivedMessages);
    }

    [Fact]
    public async Task Replay_WrongPassword_FailsAndNamesTheAnswer()
    {
        Write("password", "an0ther");

        ThrumProgram.Outcome outcome = await ThrumProgram.RunAsync(_folder.Path, "deadletter", "replay", "1", "-c", "broker.json");

        Assert.NotEqual(0, outcome.ExitCode);
        Assert.Contains("the broker refused the connection", outcome.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("an0ther", outcome.Output + outcome.Error, StringComparison.Ordinal);
        Assert.Equal(0, _broker.ReceivedMessages);
    }

    [Fact]
    public async Task Replay_AddressGiven_GoesThereAndNotToTheConfigurationsBroker()
    {
        Write("password", "an0ther");

        ThrumProgram.Outcome outcome = await ThrumProgram.RunAsync(
            _folder.Path, "deadletter", "replay", "1", "-c", "broker.json", "--broker", $"mqtt://thrum:s3cret%20word@127.0.0.1:{_broker.Port}");

        Assert.Equal((0, 1), (outcome.ExitCode, _broker.ReceivedMessages));
    }

    private void Write(string setting, string value) => _folder.Write(
        $$"""
        { "mqtt": { "host": "127.0.0.1", "port": {{_broker.Port}}, "user": "thrum", "{{setting}}": "{{value}}", "clientId": "gateway", "topics": [ { "template": "v/{machine}", "sampleRateHz": 1000 } ] } }
        """,
        "broker.json");
}
