using System.IO.Compression;
using Thrum.Ingest.Recordings;

namespace Thrum.Ingest.Tests.Recordings;

public sealed class ArchiveTests
{
    [Theory]
    [InlineData("stored.npz")]
    [InlineData("deflated.npz")]
    public void Read_ArchiveOfNumpy_HasItsVectorsColumnsAndRate(string file)
    {
        Recording recording = RecordingReader.Read(ReferenceValues.File(file));

        Assert.Equal(["x", "pair1", "pair2"], recording.Axes.Select(axis => axis.Name));
        Assert.Equal(ReferenceValues.Numbers("wave"), recording.Axes[0].Samples);
        Assert.Equal(ReferenceValues.Numbers("ramp").Select(x => x / 4), recording.Axes[2].Samples);
        Assert.Equal(12800, recording.SampleRateHz);
        Assert.Equal(12800, recording.Properties["fs"]);
    }

    [Fact]
    public void Read_ArchiveWithoutNumbers_NamesWhatIsThere()
    {
        byte[] header = "{'descr': '<U4', 'fortran_order': False, 'shape': (), }"u8.ToArray();
        using TemporaryFile file = new("x.npz", Archive("a.npy", [0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, 0, .. header]));

        RecordingException e = Assert.Throws<RecordingException>(() => RecordingReader.Read(file.Path));

        Assert.Equal("a (<U4, shape ())", e.Found);
    }

    [Fact]
    public void Read_BrokenArray_NamesIt()
    {
        using TemporaryFile file = new("x.npz", Archive("velocity.npy", File.ReadAllBytes(ReferenceValues.File("f4.npy"))[..^1]));

        RecordingException e = Assert.Throws<RecordingException>(() => RecordingReader.Read(file.Path));

        Assert.EndsWith("in velocity.npy", e.Found, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("vibration")]
    [InlineData("wide")]
    public void Read_OtherArraysBesideTheSamples_AreSteppedOver(string? axis)
    {
        using TemporaryFile file = Mixed(axis == "wide");

        Recording recording = RecordingReader.Read(file.Path, new RecordingOptions { Axes = axis is null ? null : [axis] });

        Assert.Equal([0f, 1f, 2f, 3f], recording.Axes.Single().Samples);
    }

    [Theory]
    [InlineData("events", "[('a', '<f4'), ('b', '<i4')], shape (2,) in events.npy")]
    [InlineData("image7", "<f4, shape (2, 2000) in image.npy")]
    public void Read_OtherArrayThatIsAskedFor_SaysWhatItIs(string axis, string found)
    {
        using TemporaryFile file = Mixed(isWide: false);

        RecordingException e = Assert.Throws<RecordingException>(() => RecordingReader.Read(file.Path, new RecordingOptions { Axes = [axis] }));

        Assert.Equal(("real numbers of shape (samples,) or (samples, axes) with at most 1024 axes", found), (e.Expected, e.Found));
    }

    /// <summary>A vector, beside records and a matrix that is wider than a recording.</summary>
    private static TemporaryFile Mixed(bool isWide)
    {
        TemporaryFile file = new("x.npz");
        byte[] records = System.Text.Encoding.ASCII.GetBytes("{'descr': [('a', '<f4'), ('b', '<i4')], 'fortran_order': False, 'shape': (2,), }");
        RecordingFiles.WriteZip(file.Path, isDeflated: true, ("events.npy", Records), ("image.npy", Image), ((isWide ? "wide" : "vibration") + ".npy", Samples));
        return file;

        void Records(Stream entry) => entry.Write([0x93, .. "NUMPY"u8, 1, 0, (byte)records.Length, 0, .. records, .. new byte[16]]);
        static void Image(Stream entry)
        {
            RecordingFiles.WriteNpyHead(entry, "<f4", "(2, 2000)", isColumnMajor: false);
            entry.Write(new byte[16000]);
        }

        static void Samples(Stream entry)
        {
            RecordingFiles.WriteNpyHead(entry, "<i1", "(4,)", isColumnMajor: false);
            entry.Write([0, 1, 2, 3]);
        }
    }

    private static byte[] Archive(string name, byte[] content)
    {
        using MemoryStream bytes = new();
        using (ZipArchive archive = new(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            using Stream entry = archive.CreateEntry(name).Open();
            entry.Write(content);
        }

        return bytes.ToArray();
    }
}
