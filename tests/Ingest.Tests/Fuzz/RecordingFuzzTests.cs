using Thrum.Ingest.Recordings;
using Thrum.Ingest.Tests.Recordings;

namespace Thrum.Ingest.Tests.Fuzz;

/// <summary>Whatever bytes a file has: a recording with samples on every axis, or the one exception that names what was expected.</summary>
public sealed class RecordingFuzzTests
{
    // Deflate packs a thousand to one at most, and files of 4 kB are read: some copies of 4 MB. Far below what a length field could ask for.
    private const long MaxAllocatedBytes = 32 << 20;

    [Theory]
    [InlineData(".mat")]
    [InlineData(".npy")]
    [InlineData(".npz")]
    [InlineData(".uff")]
    [InlineData(".wav")]
    [InlineData(".csv")]
    public void Read_MutatedFiles_GivesRecordingOrItsException(string extension)
    {
        byte[][] seeds = extension == ".csv"
            ? [.. new[] { "datetime;x;anomaly\n2020-03-09 10:14:33;0.02;0.0\n2020-03-09 10:14:34;0.03;1.0\n", "8,47,5,1.9691e+05,0.05,-0.253\n8,47,5,1.9695e+05,0.165,-0.14\n", "\"a\";\"b;c\"\n\"1,5\";2\n3;\"4\"\n" }.Select(System.Text.Encoding.UTF8.GetBytes)]
            : [.. ReferenceValues.Files("*" + extension).Select(File.ReadAllBytes)];
        int read = 0;
        FuzzTests.Run(
            seeds,
            (ref readonly ReadOnlySpan<byte> input) =>
            {
                try
                {
                    Recording recording = RecordingReader.ReadWhole(new RecordingSource("fuzzed" + extension, RecordingOptions.Default, input.ToArray()));
                    read++;
                    return recording.Axes.Count > 0 && recording.Axes.All(axis => axis.Samples.Length > 0);
                }
                catch (RecordingException e)
                {
                    return e.Expected.Length > 0 && e.Found.Length > 0;
                }
            },
            MaxAllocatedBytes);
        // Else the mutations would only show that everything is refused.
        Assert.True(read > 100, $"{read} were recordings");
    }
}
