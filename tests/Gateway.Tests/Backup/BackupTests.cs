using System.Globalization;
using System.IO.Compression;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Thrum.Detector;
using Thrum.Detector.Alarms;
using Thrum.Detector.Samples;
using Thrum.Detector.Scores;
using Thrum.Gateway.Backup;
using Thrum.Gateway.Tests.Support;
using Thrum.Sink.Store;

namespace Thrum.Gateway.Tests.Backup;

public sealed class BackupTests : IDisposable
{
    private static readonly ManualTimeProvider Time = new();

    private readonly ConfigurationFolder _old = new();
    private readonly ConfigurationFolder _new = new();

    public BackupTests()
    {
        TinyModel.Write(_old.File("model.onnx"));
        _old.Write(ConfigurationFolder.Minimal(""" "store": { "path": "data/thrum.db" } """));
    }

    public void Dispose()
    {
        _old.Dispose();
        _new.Dispose();
    }

    [Fact]
    public async Task Restore_BackupOfAStoreInUse_GivesEverythingBack()
    {
        await using (LocalStore running = await OpenAsync(_old))
        {
            await using HistoryDestination history = new(running, [], Time);
            using ScoreBatch batch = new Scores().Transition("pump", AlarmState.Normal, AlarmState.ActiveUnacknowledged, 5_000_000_000);
            await history.WriteAsync(batch, CancellationToken.None);
            await history.CompleteAsync(CancellationToken.None);
            await CreateAsync();
        }

        await RestoreAsync();

        Assert.Equal(await ReadAsync(_old, "model.onnx"), await ReadAsync(_new, "model.onnx"));
        Assert.Equal(await ReadAsync(_old, "thrum.json"), await ReadAsync(_new, "thrum.json"));
        await using LocalStore restored = await OpenAsync(_new);
        Assert.Null(restored.Fault);
        Assert.Equal(9, Assert.Single(await restored.QueryHistoryAsync(new AxisId("pump", "s", "x"), 0, long.MaxValue, TimeSpan.Zero, CancellationToken.None)).MaxScore);
        Assert.Equal(AlarmState.ActiveUnacknowledged, Assert.Single(await new StorePages(restored).AlarmsAsync(new AlarmQuery(10), CancellationToken.None)).To);
        Assert.Empty(Directory.GetFiles(_new.Path, "*.restoring", SearchOption.AllDirectories));
        Assert.Equal(["backup.zip", "data", "model.onnx", "thrum.json"], Directory.GetFileSystemEntries(_old.Path).Select(path => Path.GetFileName(path)).Order());
    }

    [Fact]
    public async Task Restore_SidecarCandidateAndLearnedModels_AreWhereTheyWere()
    {
        _old.Write($$"""
            {
              {{ConfigurationFolder.Topics}}, "store": { "path": "data/thrum.db" },
              "detector": { "models": [ { "path": "model.onnx", "shadow": "next.onnx" }, { "path": "later.onnx", "match": "fan/*", "optional": true } ] }
            }
            """);
        string[] beside = ["model.onnx.json", "next.onnx", "next.onnx.json", "data/thrum.learned/learned.json", "data/thrum.learned/pump.onnx"];
        Directory.CreateDirectory(_old.File("data/thrum.learned"));
        foreach (string name in beside)
        {
            _old.Write(name, name);
        }

        await CreateAsync();
        await RestoreAsync();

        Assert.All(beside, name => Assert.Equal(name, File.ReadAllText(_new.File(name))));
        Assert.False(File.Exists(_new.File("later.onnx")));
    }

    [Fact]
    public async Task Restore_FileInTheWay_IsRefusedUnlessForced()
    {
        await CreateAsync();
        _new.Write("mine", "model.onnx");

        BackupException refused = await Assert.ThrowsAsync<BackupException>(() => RestoreAsync());
        bool wroteNothing = !File.Exists(_new.File());
        await RestoreAsync(force: true);

        Assert.Contains("model.onnx exists: expected --force", refused.Message, StringComparison.Ordinal);
        Assert.True(wroteNothing);
        Assert.Equal(await ReadAsync(_old, "model.onnx"), await ReadAsync(_new, "model.onnx"));
    }

    [Fact]
    public async Task Restore_StoreInUse_IsRefusedAndChangesNothing()
    {
        await using (LocalStore store = await OpenAsync(_old))
        {
            await CreateAsync();
        }

        await using LocalStore running = await OpenAsync(_new);
        StoreException refused = await Assert.ThrowsAsync<StoreException>(() => RestoreAsync(force: true));

        Assert.Contains("in use by another Thrum", refused.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_new.File()));
    }

    [Theory]
    [InlineData("models/0.onnx", "another content", "does not have the checksum")]
    [InlineData(BackupManifest.EntryName, "{", "cannot be read")]
    [InlineData(BackupManifest.EntryName, null, "no backup of Thrum")]
    [InlineData("models/0.onnx", null, "is missing")]
    public async Task Restore_ChangedArchive_IsRefusedAndWritesNothing(string entry, string? content, string expected)
    {
        await CreateAsync();
        Change(entry, _ => content);

        BackupException refused = await Assert.ThrowsAsync<BackupException>(() => RestoreAsync());

        Assert.Contains(expected, refused.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_new.Path));
    }

    [Theory]
    [InlineData("\"storeVersion\": {0}", "made by a newer Thrum")]
    [InlineData("\"version\": 1", "made by a newer Thrum")]
    [InlineData("\"path\": \"model.onnx\"", "outside the configuration's folder")]
    public async Task Restore_ManifestThatDoesNotFit_IsRefused(string what, string expected)
    {
        await CreateAsync();
        string text = string.Format(CultureInfo.InvariantCulture, what, StoreCopy.Version);
        Change(BackupManifest.EntryName, manifest => manifest.Replace(text, text.Contains("path", StringComparison.Ordinal) ? "\"path\": \"../elsewhere.onnx\"" : text[..text.IndexOf(':', StringComparison.Ordinal)] + ": 99", StringComparison.Ordinal));

        BackupException refused = await Assert.ThrowsAsync<BackupException>(() => RestoreAsync());

        Assert.Contains(expected, refused.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_new.Path));
    }

    [Fact]
    public async Task Restore_TruncatedOrForeignFile_IsRefusedInOneSentence()
    {
        await CreateAsync();
        byte[] whole = await ReadAsync(_old, "backup.zip");
        await File.WriteAllBytesAsync(_old.File("backup.zip"), whole[..(whole.Length / 2)], CancellationToken.None);

        BackupException refused = await Assert.ThrowsAsync<BackupException>(() => RestoreAsync());

        Assert.Contains("damaged or no backup", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Create_OverAFile_OrWithoutItsModel_IsRefused()
    {
        await CreateAsync();
        ThrumException exists = await Assert.ThrowsAsync<BackupException>(CreateAsync);
        File.Delete(_old.File("backup.zip"));
        File.Delete(_old.File("model.onnx"));
        ThrumException missing = await Assert.ThrowsAsync<BackupException>(CreateAsync);

        Assert.Contains("expected a new file", exists.Message, StringComparison.Ordinal);
        Assert.Contains("model.onnx does not exist", missing.Message, StringComparison.Ordinal);
        Assert.Equal(["thrum.json"], Directory.GetFiles(_old.Path).Select(path => Path.GetFileName(path)));
    }

    private Task CreateAsync() => BackupWriter.WriteAsync(_old.File("backup.zip"), _old.File(), [], Time);

    private Task RestoreAsync(bool force = false) => BackupReader.RestoreAsync(_old.File("backup.zip"), _new.Path, force, outside: false);

    private static Task<LocalStore> OpenAsync(ConfigurationFolder folder)
    {
        Directory.CreateDirectory(folder.File("data"));
        return LocalStore.OpenAsync(new StoreOptions { Path = folder.File("data/thrum.db") }, Time, NullLogger<LocalStore>.Instance);
    }

    private static Task<byte[]> ReadAsync(ConfigurationFolder folder, string name) => File.ReadAllBytesAsync(folder.File(name), CancellationToken.None);

    private void Change(string name, Func<string, string?> change)
    {
        using ZipArchive zip = ZipFile.Open(_old.File("backup.zip"), ZipArchiveMode.Update);
        ZipArchiveEntry entry = zip.GetEntry(name)!;
        string text;
        using (var reader = new StreamReader(entry.Open()))
        {
            text = reader.ReadToEnd();
        }

        entry.Delete();
        if (change(text) is { } changed)
        {
            using Stream content = zip.CreateEntry(name).Open();
            content.Write(Encoding.UTF8.GetBytes(changed));
        }
    }
}
