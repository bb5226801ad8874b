using System.Text.Json;
using Thrum.Training.Studies;

namespace Thrum.Training.Tests.Studies;

public sealed class OneClassStudyTests
{
    /// <summary>A short form of the published table: two digits, two epochs. Chance is 0.5.</summary>
    [Fact]
    public void Run_OfTwoDigits_TellsThemFromTheOthers()
    {
        string folder = Require.SharedData("mnist");
        var study = new OneClassStudy(LabelledImages.Read(folder, "train"), LabelledImages.Read(folder, "t10k"));
        var reported = new List<OneClassRow>();
        OneClassResult result = study.Run(
            new OneClassOptions { Classes = [0, 3], Latents = [16], LearningRates = [1e-3], Epochs = 2 }, new Immediate(reported), TestContext.Current.CancellationToken);

        Assert.Equal(result.Rows.ToHashSet(), reported.ToHashSet());
        Assert.Equal(4, reported.Count);
        Assert.Equal(["0 mse", "0 lmse", "3 mse", "3 lmse"], result.Rows.Select(row => $"{row.Class} {row.Loss}"));
        Assert.All(result.Rows, row => Assert.InRange(row.Auroc[row.Loss], 0.75, 1));
        Assert.All(result.Rows, row => Assert.False(row.IsCollapsed));
        Assert.Equal(result.Rows.Where(row => row.Loss == "lmse").Average(row => row.Auroc["lmse"]), result.Mean["lmse"], 12);
        Assert.InRange(result.Mean["lmse"], result.Mean["mse"], 1);
    }

    [Fact]
    public void Result_AsJson_HasTheShapeThatOthersRead()
    {
        var row = new OneClassRow(3, "lmse", 16, 0.001, 0, new Dictionary<string, double> { ["mse"] = 0.9, ["lmse"] = 0.95 }) { TrainLoss = [2, 1] };
        string json = JsonSerializer.Serialize(new OneClassResult([row]), JsonSerializerOptions.Web);
        Assert.Equal(
            """{"rows":[{"class":3,"loss":"lmse","latent":16,"learningRate":0.001,"seed":0,"auroc":{"mse":0.9,"lmse":0.95},"trainLoss":[2,1],"attempts":1}],"mean":{"lmse":0.95},"convergence":{"lmse":{"mean":[1,0.5],"deviation":[0,0],"spread":[0,0]}}}""",
            json);
    }

    /// <summary>Two classes, the second ten times as hard as the first: that is no spread, only what lies between the seeds of each is.</summary>
    [Fact]
    public void Convergence_IsBetweenTheSeedsOfEachSetting()
    {
        OneClassRow Row(int normal, int seed, double first, double last) =>
            new(normal, "mse", 16, 1e-3, seed, new Dictionary<string, double> { ["mse"] = 0.5 + (0.1 * seed) }) { TrainLoss = [first, last] };
        var result = new OneClassResult([Row(1, 0, 4, 1), Row(1, 1, 4, 3), Row(2, 0, 30, 10), Row(2, 1, 50, 10)]);
        LossConvergence found = result.Convergence["mse"];
        Assert.Equal([1, 0.375], found.Mean);
        Assert.Equal(Math.Sqrt(0.0625 / 2), found.Deviation[0], 12);
        Assert.Equal(Math.Sqrt(0.0625 / 2), found.Deviation[1], 12);
        Assert.Equal([0.125, 0.25], found.Spread);
        Assert.Equal(0.05, result.Deviation["mse"], 12);
    }

    [Fact]
    public void Read_OfWrongFiles_SaysWhatIsWrong()
    {
        string folder = Directory.CreateTempSubdirectory("thrum-idx").FullName;
        try
        {
            Assert.Contains("train-images-idx3-ubyte(.gz)", Assert.Throws<StudyDataException>(() => LabelledImages.Read(folder, "train")).Message, StringComparison.Ordinal);
            File.WriteAllBytes(Path.Combine(folder, "train-images-idx3-ubyte"), [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2, 7]);
            File.WriteAllBytes(Path.Combine(folder, "train-labels-idx1-ubyte"), [0, 0, 8, 1, 0, 0, 0, 1, 5]);
            Assert.Contains("says 2 x 1 x 2 bytes and holds 1", Assert.Throws<StudyDataException>(() => LabelledImages.Read(folder, "train")).Message, StringComparison.Ordinal);
            File.WriteAllBytes(Path.Combine(folder, "train-images-idx3-ubyte"), [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2, 0, 255, 51, 0]);
            Assert.Contains("2 images and 1 labels", Assert.Throws<StudyDataException>(() => LabelledImages.Read(folder, "train")).Message, StringComparison.Ordinal);
            File.WriteAllBytes(Path.Combine(folder, "train-labels-idx1-ubyte"), [0, 0, 8, 1, 0, 0, 0, 2, 5, 6]);
            Assert.Equal([0.2f, 0], LabelledImages.Read(folder, "train").Pixels(label => label == 6));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private sealed class Immediate(List<OneClassRow> rows) : IProgress<OneClassRow>
    {
        public void Report(OneClassRow value) => rows.Add(value);
    }
}
