using System.Buffers.Binary;
using System.IO.Compression;

namespace Thrum.Training.Studies;

/// <summary>Grey images of one size with a class each, read from IDX files (MNIST's format), plain or gzipped. Immutable by contract.</summary>
public sealed class LabelledImages
{
    private const int ImageMagic = 0x0803;
    private const int LabelMagic = 0x0801;

    private readonly byte[] _pixels;
    private readonly byte[] _labels;

    private LabelledImages(byte[] pixels, byte[] labels, int height, int width)
    {
        _pixels = pixels;
        _labels = labels;
        Height = height;
        Width = width;
    }

    /// <summary>Rows of an image.</summary>
    public int Height { get; }

    /// <summary>Columns of an image.</summary>
    public int Width { get; }

    /// <summary>Number of images.</summary>
    public int Count => _labels.Length;

    /// <summary>The class of each image.</summary>
    public ReadOnlySpan<byte> Labels => _labels;

    /// <summary>Reads <c>train</c> or <c>t10k</c> of a folder.</summary>
    /// <param name="folder">Holds <c>…-images-idx3-ubyte</c> and <c>…-labels-idx1-ubyte</c>, each with or without <c>.gz</c>.</param>
    /// <param name="part">First word of the files' names.</param>
    /// <exception cref="StudyDataException">A file is missing, not IDX, or shorter than it says.</exception>
    public static LabelledImages Read(string folder, string part)
    {
        byte[] images = ReadFile(folder, $"{part}-images-idx3-ubyte");
        byte[] labels = ReadFile(folder, $"{part}-labels-idx1-ubyte");
        int[] imageSizes = Sizes(images, ImageMagic, 3, $"{part}-images-idx3-ubyte");
        int[] labelSizes = Sizes(labels, LabelMagic, 1, $"{part}-labels-idx1-ubyte");
        return imageSizes[0] == labelSizes[0]
            ? new LabelledImages(images[16..], labels[8..], imageSizes[1], imageSizes[2])
            : throw new StudyDataException($"{folder}: {part} holds {imageSizes[0]} images and {labelSizes[0]} labels, expected as many of each");
    }

    /// <summary>The pixels of chosen images in [0, 1], one image after the other.</summary>
    public float[] Pixels(Func<byte, bool> ofClass)
    {
        ArgumentNullException.ThrowIfNull(ofClass);
        int size = Height * Width;
        var chosen = new List<float>();
        for (int image = 0; image < Count; image++)
        {
            if (ofClass(_labels[image]))
            {
                foreach (byte pixel in _pixels.AsSpan(image * size, size))
                {
                    chosen.Add(pixel / 255f);
                }
            }
        }

        return [.. chosen];
    }

    private static byte[] ReadFile(string folder, string name)
    {
        string path = Path.Combine(folder, name);
        try
        {
            if (File.Exists(path))
            {
                return File.ReadAllBytes(path);
            }

            using FileStream file = File.OpenRead(path + ".gz");
            using var unpacked = new GZipStream(file, CompressionMode.Decompress);
            using var content = new MemoryStream();
            unpacked.CopyTo(content);
            return content.ToArray();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new StudyDataException($"{path}(.gz) cannot be read: {e.Message}", e);
        }
    }

    private static int[] Sizes(byte[] content, int magic, int dimensions, string name)
    {
        int header = 4 * (1 + dimensions);
        if (content.Length < header || BinaryPrimitives.ReadInt32BigEndian(content) != magic)
        {
            throw new StudyDataException($"{name} does not begin as an IDX file of {dimensions} dimensions (0x{magic:x8})");
        }

        int[] sizes = [.. Enumerable.Range(1, dimensions).Select(i => BinaryPrimitives.ReadInt32BigEndian(content.AsSpan(4 * i)))];
        long expected = sizes.Aggregate(1L, (product, size) => product * size);
        return sizes.All(size => size > 0) && content.Length == header + expected
            ? sizes
            : throw new StudyDataException($"{name} says {string.Join(" x ", sizes)} bytes and holds {content.Length - header}");
    }
}
