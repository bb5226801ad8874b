using Microsoft.Data.Sqlite;
using Thrum.Detector.Alarms;
using Thrum.Detector.Evidence;
using Thrum.Detector.Scores;
using Thrum.Sink.Store;
using Thrum.Sink.Tests.Support;

namespace Thrum.Sink.Tests.Store;

public sealed class EvidenceStoreTests
{
    private static readonly CancellationToken Token = TestContext.Current.CancellationToken;
    private readonly Given _given = new();

    [Fact]
    public async Task Find_EvidenceOfABatch_IsThatAlsoAfterReopening()
    {
        await using TemporaryStore file = await TemporaryStore.OpenAsync();
        AlarmTransition transition = Given.Transition();
        AlarmEvidence evidence = Given.Evidence(transition);
        await WriteAsync(file, batch =>
        {
            batch.Append(transition);
            batch.Append(evidence);
        });

        await file.ReopenAsync();

        AlarmEvidence? found = await new EvidenceStore(file.Store).FindAsync(transition.Id, Token);
        Assert.Equal(EvidenceJson.Write(evidence), EvidenceJson.Write(found!));
        Assert.Equal("outer-race", (await new StorePages(file.Store).AlarmsAsync(new AlarmQuery(1), Token))[0].Diagnosis);
        Assert.Null(await new EvidenceStore(file.Store).FindAsync(Guid.Empty, Token));
    }

    [Fact]
    public async Task Put_SecondEvidenceOfATransition_TakesThePlaceOfTheFirst()
    {
        await using TemporaryStore file = await TemporaryStore.OpenAsync();
        AlarmTransition transition = Given.Transition();
        AlarmEvidence evidence = Given.Evidence(transition);
        await WriteAsync(file, batch =>
        {
            batch.Append(transition);
            batch.Append(evidence with { Diagnosis = "undetermined" });
        });
        Assert.Equal("undetermined", (await new StorePages(file.Store).AlarmsAsync(new AlarmQuery(1), Token))[0].Diagnosis);

        await WriteAsync(file, batch => batch.Append(evidence));

        Assert.Equal("outer-race", (await new EvidenceStore(file.Store).FindAsync(transition.Id, Token))!.Diagnosis);
        Assert.Equal("outer-race", (await new StorePages(file.Store).AlarmsAsync(new AlarmQuery(1), Token))[0].Diagnosis);
    }

    [Fact]
    public async Task Put_MoreThanIsKept_ForgetsTheOldest()
    {
        await using TemporaryStore file = await TemporaryStore.OpenAsync(new StoreOptions { EvidenceKept = 3 });
        EvidenceStore store = new(file.Store);
        AlarmTransition[] transitions = [.. Enumerable.Range(0, 5).Select(second => Given.Transition(second))];
        foreach (AlarmTransition transition in transitions)
        {
            await store.PutAsync([Given.Evidence(transition)], Token);
        }

        bool[] kept = [.. await Task.WhenAll(transitions.Select(async transition => await store.FindAsync(transition.Id, Token) is not null))];

        Assert.Equal([false, false, true, true, true], kept);
    }

    [Fact]
    public async Task Trim_MoreBytesThanAreKept_ForgetsTheOldestAndNeverTheNewest()
    {
        await using TemporaryStore file = await TemporaryStore.OpenAsync();
        Guid[] ids = [.. Enumerable.Range(0, 4).Select(_ => Guid.NewGuid())];
        await file.Store.ExecuteAsync(
            session =>
            {
                foreach ((Guid id, int bytes) in ids.Zip([100, 100, 100, 1000]))
                {
                    session.Evidence.Put(id, new byte[bytes], "undetermined");
                }

                session.Evidence.Trim(keep: 10, maxBytes: 1100);
            },
            Token);
        Assert.Equal([ids[2], ids[3]], await KeptAsync());

        await file.Store.ExecuteAsync(static session => session.Evidence.Trim(keep: 10, maxBytes: 1), Token);
        Assert.Equal([ids[3]], await KeptAsync());

        Task<Guid[]> KeptAsync() => file.Store.ReadAsync(
            connection =>
            {
                using SqliteCommand command = StoreSession.Prepare(connection, "SELECT transition_id FROM alarm_evidence ORDER BY rowid");
                using SqliteDataReader rows = command.ExecuteReader();
                List<Guid> kept = [];
                while (rows.Read())
                {
                    kept.Add(new Guid((byte[])rows[0], bigEndian: true));
                }

                return kept.ToArray();
            },
            Token);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100_001)]
    public void Faults_EvidenceKeptOutOfRange_SaysTheBounds(int kept) =>
        Assert.Equal([$"EvidenceKept is {kept}, expected 1 to 100000"], new StoreOptions { EvidenceKept = kept }.Faults());

    private async Task WriteAsync(TemporaryStore file, Action<ScoreBatch> fill)
    {
        await using HistoryDestination history = new(file.Store, [], file.Time);
        using ScoreBatch batch = _given.Pool.Rent();
        fill(batch);
        await history.WriteAsync(batch, Token);
        await history.CompleteAsync(Token);
    }
}
