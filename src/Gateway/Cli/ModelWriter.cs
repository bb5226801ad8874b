using System.CommandLine;
using System.Text;
using Thrum.Detector.Alarms;
using Thrum.Detector.Models;
using Thrum.Gateway.Hosting;
using Thrum.Training.Reports;

namespace Thrum.Gateway.Cli;

/// <summary>Writes a model and its card, the same name with <c>.md</c>, beside it.</summary>
internal static class ModelWriter
{
    /// <summary>Where to.</summary>
    public static Option<string> Option()
    {
        var option = new Option<string>("--output", "-o") { Description = "The ONNX file to write; its model card is written beside it, model.md for model.onnx", Required = true };
        option.Validators.Add(result =>
        {
            // Commands know a model by this ending, and beside it lie card and report under the same name.
            if (result.Tokens is [{ Value: string path }] && !(Path.GetExtension(path).Equals(".onnx", StringComparison.OrdinalIgnoreCase) && Path.GetFileNameWithoutExtension(path).Length > 0))
            {
                result.AddError($"{option.Name} is '{path}', expected a name that ends in .onnx");
            }
        });
        return option;
    }

    /// <summary>The files that <see cref="Write"/> makes, to be checked before work is spent on them.</summary>
    public static OutputFile[] Files(string path) =>
    [
        new OutputFile(path, MadeFile.Model, "another name after --output"),
        new OutputFile(ModelCardFile.PathOf(path), MadeFile.Card, "another name after --output: the model card would take its place"),
    ];

    /// <summary>Writes both, once the file is seen to load.</summary>
    /// <param name="path">Of the model.</param>
    /// <param name="onnx">The file.</param>
    /// <param name="rule">The rule whose levels the card tells; null for one with default settings.</param>
    /// <exception cref="ModelFileException">The file is no model.</exception>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static void Write(string path, byte[] onnx, AlarmRuleOptions? rule = null)
    {
        using AutoencoderModel model = AutoencoderModel.Load(path, onnx);
        WholeFile.Write(path, onnx);
        WholeFile.Write(ModelCardFile.PathOf(path), Encoding.UTF8.GetBytes(ModelCard.Text(model, rule: rule)));
    }
}
