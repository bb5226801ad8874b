using System.Globalization;
using Thrum.Gateway.Cli;
using Thrum.Gateway.Tests.Support;

namespace Thrum.Gateway.Tests.Cli;

/// <summary>What a mistyped command line is answered: the word that was written, what it was taken for, and what was probably meant.</summary>
public sealed class WrongWordsTests : IDisposable
{
    private readonly ConfigurationFolder _folder = new();

    public WrongWordsTests() => _folder.Write(
        "DE,FE\n" + string.Concat(Enumerable.Range(0, 400).Select(i => string.Create(CultureInfo.InvariantCulture, $"{Math.Sin(0.4 * i)},{Math.Sin(0.3 * i)}\n"))), "pair.csv");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("trian", "unknown command 'trian'; did you mean 'train'?")]
    [InlineData("help trian", "unknown command 'trian'; did you mean 'train'?")]
    [InlineData("bench pipelin", "unknown command 'pipelin'; did you mean 'pipeline'?")]
    [InlineData("frobnicate", "unknown command 'frobnicate'; thrum --help lists them")]
    [InlineData("--nonsense", "unknown option '--nonsense'; thrum --help lists them")]
    [InlineData("run --confg x", "unknown option '--confg'; did you mean --config?")]
    [InlineData("train pair.csv -o x.onnx --epoch 3", "unknown option '--epoch'; did you mean --epochs?")]
    [InlineData("train pair.csv -o x.onnx --epoch=3", "unknown option '--epoch=3'; did you mean --epochs?")]
    [InlineData("train pair.csv -o x.onnx -rate 3", "unknown option '-rate'; did you mean --rate?")]
    [InlineData("train pair.csv --metrics mse --learn 3", "unknown option '--learn'; did you mean --learning-rate?")]
    [InlineData("bench page --xyz", "unknown option '--xyz'; thrum bench page --help lists them")]
    [InlineData("train -o x.onnx -- --pair.csv", "--pair.csv: expected a file that can be read, found no such file")]
    [InlineData("train -o x.onnx --metrics lmse mse pair.csv", "no files are given: --metrics takes all that follows it and took lmse, mse, pair.csv; write the files first, or another option between")]
    [InlineData("train -o x.onnx --faulty a.mat pair.csv", "no files are given: --faulty takes all that follows it and took a.mat, pair.csv; write the files first, or another option between")]
    [InlineData("train pair.csv -o x.onnx --rate 48k", "--rate is '48k', expected a number")]
    [InlineData("train pair.csv -o x.onnx --epochs 1.5", "--epochs is '1.5', expected a whole number")]
    [InlineData("train pair.csv -o x.onnx --epochs 99999999999", "--epochs is '99999999999', expected a smaller whole number")]
    [InlineData("train pair.csv -o x.onnx --weights eighth", "--weights is 'eighth', expected one of full, half, quarter")]
    [InlineData("inspect pair.csv --group 7", "--group is '7', expected one of large, medium")]
    [InlineData("run --log-level loud", "--log-level is 'loud', expected one of trace, debug, information, warning, error, critical, none")]
    [InlineData("replay pair.csv --topic t --start yesterday", "--start is 'yesterday', expected a time such as 2026-01-31T12:00:00Z")]
    [InlineData("explain 7", "alarm is '7', expected an id such as 018f2f6e-7b1c-7000-8000-0123456789ab")]
    [InlineData("inspect pair.csv --rate 1000 --axis 9", "pair.csv: expected a position from 1 to 2, or one of the axes DE, FE, found 9")]
    [InlineData("train pair.csv -o x.onnx --rate 1000 --axis DE,FE", "pair.csv: expected an axis named DE,FE, found the axes DE, FE; several axes in one model take --joint")]
    public async Task AnyCommand_WrongWord_IsOneSentenceThatSaysWhatWasMeant(string arguments, string sentence)
    {
        ThrumProgram.Outcome outcome = await ThrumProgram.RunAsync(_folder.Path, arguments.Split(' '));

        Assert.Equal((2, "", $"thrum: {sentence}\n"), (outcome.ExitCode, outcome.Output, outcome.Error.ReplaceLineEndings("\n")));
    }

    /// <summary>As of a script whose variable is not set; <c>_</c> stands for the empty word.</summary>
    [Theory]
    [InlineData("inspect _", "'': expected the name of a file, found none")]
    [InlineData("inspect _ --html x.html", "'': expected the name of a file, found none")]
    [InlineData("train _ -o x.onnx", "'': expected the name of a file, found none")]
    [InlineData("train pair.csv -o x.onnx --rate 1000 --faulty _", "'': expected the name of a file, found none")]
    [InlineData("train pair.csv -o _", "--output is '', expected a name that ends in .onnx")]
    [InlineData("search _ -o f --vary seed=1", "'': expected the name of a file, found none")]
    [InlineData("replay _ --topic t", "'': expected the name of a file, found none")]
    [InlineData("calibrate _ pair.csv -o x.onnx", "Model '': expected the name of a file, found none")]
    [InlineData("evaluate --model _ --healthy pair.csv --faulty pair.csv", "Model '': expected the name of a file, found none")]
    public async Task AnyCommand_EmptyFileName_IsOneSentence(string arguments, string sentence)
    {
        ThrumProgram.Outcome outcome = await ThrumProgram.RunAsync(_folder.Path, [.. arguments.Split(' ').Select(word => word == "_" ? "" : word)]);

        Assert.Equal((2, "", $"thrum: {sentence}\n"), (outcome.ExitCode, outcome.Output, outcome.Error.ReplaceLineEndings("\n")));
    }

    [Fact]
    public async Task Help_AskedFor_IsAResultAndWithoutAnyCommandIsNone()
    {
        ThrumProgram.Outcome asked = await ThrumProgram.RunAsync(_folder.Path, "help"), ofTrain = await ThrumProgram.RunAsync(_folder.Path, "help", "train");
        ThrumProgram.Outcome bare = await ThrumProgram.RunAsync(_folder.Path), group = await ThrumProgram.RunAsync(_folder.Path, "bench");

        Assert.Equal((0, ""), (asked.ExitCode, asked.Error));
        Assert.Contains("thrum [command] [options]", asked.Output, StringComparison.Ordinal);
        Assert.Contains(" Metrics to compute, separated by spaces, the first is the score; mse lmse by default\n", ofTrain.Output.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.Contains("full, half, quarter; full by default\n", ofTrain.Output.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.Equal((2, "", asked.Output), (bare.ExitCode, bare.Output, bare.Error));
        Assert.Equal((2, ""), (group.ExitCode, group.Output));
        Assert.Contains("thrum bench [command] [options]", group.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("epoch", "epochs", 1)]
    [InlineData("trian", "train", 1)]
    [InlineData("", "abc", 3)]
    [InlineData("Rate", "rate", 0)]
    [InlineData("kitten", "sitting", 3)]
    public void Distance_OfWords_CountsLettersAndNeighboursSwapped(string from, string to, int distance) => Assert.Equal((distance, distance), (Nearest.Distance(from, to), Nearest.Distance(to, from)));

    [Theory]
    [InlineData("--batch-size", "--batch")]
    [InlineData("--lerning-rate", "--learning-rate")]
    [InlineData("--b", null)]
    [InlineData("--colour", null)]
    public void To_Word_IsTheNameItBeginsOrNearlyIs(string word, string? name) => Assert.Equal(name, Nearest.To(word, ["--rate", "--learning-rate", "--batch", "--to"]));

    [Fact]
    public void ToJson_SignsAndLetters_StayAsTheyAreAndControlCharactersDoNot() =>
        Assert.Equal("""{"text":"5.4E+06-fold, 5 µm 'a' <b>\u001B"}""", Terminal.ToJson(new { text = "5.4E+06-fold, 5 µm 'a' <b>\e" }));
}
