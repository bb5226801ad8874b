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
