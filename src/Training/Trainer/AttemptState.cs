using System.Text.Json;

namespace Thrum.Training.Trainer;

/// <summary>All that an attempt is between two epochs: a run that goes on from it ends as if it had never stopped, bit for bit. Immutable by contract.</summary>
internal sealed record AttemptState
{
    /// <summary>From 0.</summary>
    public required int Attempt { get; init; }

    public required EpochReport[] History { get; init; }

    public required float[]? BestParameters { get; init; }

    public required double BestLoss { get; init; }

    public required double BestCriterion { get; init; }

    public required int BestEpoch { get; init; }

    public required int Step { get; init; }

    public required float[] Parameters { get; init; }

    public required float[][] OptimiserStates { get; init; }

    public required int[] Indices { get; init; }

    /// <summary>Of shuffle, noise and dropout.</summary>
    public required (ulong State, double? Spare)[] Randoms { get; init; }

    public required (double Factor, double Best, int Waited) Schedule { get; init; }

    public void Write(BinaryWriter writer)
    {
        writer.Write(Attempt);
        writer.Write(JsonSerializer.Serialize(History, TrainingCheckpoint.Json));
        writer.Write(BestParameters is not null);
        WriteSingles(writer, BestParameters ?? []);
        writer.Write(BestLoss);
        writer.Write(BestCriterion);
        writer.Write(BestEpoch);
        writer.Write(Step);
        WriteSingles(writer, Parameters);
        writer.Write(OptimiserStates.Length);
        foreach (float[] state in OptimiserStates)
        {
            WriteSingles(writer, state);
        }

        writer.Write(Indices.Length);
        foreach (int index in Indices)
        {
            writer.Write(index);
        }

        foreach ((ulong state, double? spare) in Randoms)
        {
            writer.Write(state);
            writer.Write(spare is not null);
            writer.Write(spare ?? 0);
        }

        writer.Write(Schedule.Factor);
        writer.Write(Schedule.Best);
        writer.Write(Schedule.Waited);
    }

    public static AttemptState Read(BinaryReader reader)
    {
        const int randoms = 3;
        int attempt = reader.ReadInt32();
        EpochReport[] history = JsonSerializer.Deserialize<EpochReport[]>(reader.ReadString(), TrainingCheckpoint.Json)!;
        bool hasBest = reader.ReadBoolean();
        float[] best = ReadSingles(reader);
        return new AttemptState
        {
            Attempt = attempt,
            History = history,
            BestParameters = hasBest ? best : null,
            BestLoss = reader.ReadDouble(),
            BestCriterion = reader.ReadDouble(),
            BestEpoch = reader.ReadInt32(),
            Step = reader.ReadInt32(),
            Parameters = ReadSingles(reader),
            OptimiserStates = [.. Enumerable.Range(0, reader.ReadInt32()).Select(_ => ReadSingles(reader))],
            Indices = [.. Enumerable.Range(0, reader.ReadInt32()).Select(_ => reader.ReadInt32())],
            Randoms = [.. Enumerable.Range(0, randoms).Select(_ => ReadPosition(reader))],
            Schedule = (reader.ReadDouble(), reader.ReadDouble(), reader.ReadInt32()),
        };
    }

    private static (ulong State, double? Spare) ReadPosition(BinaryReader reader)
    {
        ulong state = reader.ReadUInt64();
        bool hasSpare = reader.ReadBoolean();
        double spare = reader.ReadDouble();
        return (state, hasSpare ? spare : null);
    }

    private static void WriteSingles(BinaryWriter writer, float[] values)
    {
        writer.Write(values.Length);
        foreach (float value in values)
        {
            writer.Write(value);
        }
    }

    private static float[] ReadSingles(BinaryReader reader)
    {
        float[] values = new float[reader.ReadInt32()];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = reader.ReadSingle();
        }

        return values;
    }
}
