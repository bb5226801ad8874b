using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Thrum.Gateway.Tests.Support;
using Thrum.Sink.Store;

namespace Thrum.Gateway.Tests.Cli;

/// <summary>The command line of <c>thrum backup</c>: a gateway moves to another folder, and its configuration is good there.</summary>
public sealed class BackupCommandTests : IDisposable
{
    private readonly ConfigurationFolder _old = new();
    private readonly ConfigurationFolder _new = new();

    public void Dispose()
    {
        _old.Dispose();
        _new.Dispose();
    }

    [Fact]
    public async Task CreateRestoreCheck_NewFolder_IsAGoodConfigurationWithItsModelAndStore()
    {
        TinyModel.Write(_old.File("model.onnx"));
        _old.Write(ConfigurationFolder.Minimal(""" "store": { "path": "thrum.db" } """));
        await (await LocalStore.OpenAsync(new StoreOptions { Path = _old.File("thrum.db") }, TimeProvider.System, NullLogger<LocalStore>.Instance)).DisposeAsync();

        ThrumProgram.Outcome created = await ThrumProgram.RunAsync(_old.Path, "backup", "create", "backup.zip");
        Assert.Equal((0, "Saved the configuration, 1 model and the store to backup.zip"), (created.ExitCode, created.Output.Trim()));
        string archive = _old.File("backup.zip");
        ThrumProgram.Outcome restored = await ThrumProgram.RunAsync(_new.Path, "backup", "restore", archive, "--json");
        Assert.Equal(0, restored.ExitCode);
        using JsonDocument report = JsonDocument.Parse(restored.Output);
        Assert.Equal(["configuration", "model", "store"], report.RootElement.GetProperty("files").EnumerateArray().Select(file => file.GetProperty("role").GetString()).Order());

        ThrumProgram.Outcome check = await ThrumProgram.RunAsync(_new.Path, "config", "check", "thrum.json");
        Assert.True(check.ExitCode == 0, check.Error + check.Output);
        Assert.Equal(await File.ReadAllBytesAsync(_old.File("model.onnx"), CancellationToken.None), await File.ReadAllBytesAsync(_new.File("model.onnx"), CancellationToken.None));
        Assert.True(File.Exists(_new.File("thrum.db")));

        ThrumProgram.Outcome again = await ThrumProgram.RunAsync(_new.Path, "backup", "restore", archive);
        Assert.NotEqual(0, again.ExitCode);
        Assert.Contains("exists: expected --force", again.Error, StringComparison.Ordinal);
        Assert.Equal(0, (await ThrumProgram.RunAsync(_new.Path, "backup", "restore", archive, "--force")).ExitCode);
    }

    [Fact]
    public async Task Restore_NoArchive_SaysSoAndWritesNothing()
    {
        ThrumProgram.Outcome outcome = await ThrumProgram.RunAsync(_new.Path, "backup", "restore", "nothing.zip");
        Assert.NotEqual(0, outcome.ExitCode);
        Assert.Contains("nothing.zip", outcome.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_new.Path));
    }
}
