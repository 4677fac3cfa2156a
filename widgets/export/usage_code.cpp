#include "widgets/export/usage_code.h"

#include "core/preview/value_words.h"

#include <QCoreApplication>

#include <algorithm>

namespace lb {
namespace {

struct Size {
    std::int64_t height, width; ///< kUnknown: any
};

Size sizeOf(const ExportReport& report)
{
    const Shape shape = report.input().shape;
    return shape.size() == 4 ? Size{shape[1], shape[2]} : Size{kUnknown, kUnknown};
}

QString labels(const ExportReport& report)
{
    constexpr std::size_t kALine = 4;
    QString names;
    for (std::size_t i = 0; i < report.labels.size(); ++i) {
        if (i > 0)
            names += i % kALine == 0 ? ",\n  " : ", ";
        names += '"' + QString::fromStdString(report.labels[i]) + '"';
    }
    return names;
}

bool takesPictures(const ExportReport& report)
{
    return report.inputs.size() == 1 && report.input().shape.size() == 4;
}

/// As Python and R write a string: quotes, backslashes and ends of lines escaped.
QString quoted(QString text)
{
    text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n").replace('\r', "\\r");
    return '"' + text + '"';
}

/// A value for each input, of the first sample where there is one.
struct Value {
    QString name, literal;
    DType dtype = DType::String;
};

std::vector<Value> valuesOf(const ExportReport& report)
{
    constexpr qsizetype kLongest = 60;
    std::vector<Value> values;
    for (std::size_t i = 0; i < report.inputs.size(); ++i) {
        const auto& [name, spec] = report.inputs[i];
        QString text = report.samples.empty() || report.samples.front().inputs.size() <= i
            ? QString(spec.dtype == DType::String ? "some text" : "0")
            : QString::fromStdString(elementText(report.samples.front().inputs[i], 0));
        if (spec.dtype == DType::String)
            text = quoted(text.left(kLongest));
        values.push_back({QString::fromStdString(name), text, spec.dtype});
    }
    return values;
}

QString numpyType(DType dtype)
{
    return dtype == DType::String ? QString("object")
                                  : '"' + QString::fromStdString(std::string(nameOf(dtype))) + '"';
}

/// NaN has no literal in Python; a missing value of a table is one.
QString pythonNumber(const QString& text)
{
    return text == "nan" ? QString("float(\"nan\")") : text;
}

QString pythonRow(const ExportReport& report)
{
    QString code;
    for (const Value& value : valuesOf(report))
        code += QString("    %1: np.array([[%2]], %3),\n")
                    .arg(quoted(value.name), pythonNumber(value.literal), numpyType(value.dtype));
    return "x = {\n" + code + "}\n";
}

} // namespace

QString pythonUsage(const ExportReport& report, const QString& bundle)
{
    const bool pictures = takesPictures(report);
    QString code = "import numpy as np, onnxruntime as ort\n";
    code += pictures ? "from PIL import Image\n\n" : "\n";
    code += QString("s = ort.InferenceSession(\"%1/model.onnx\")\n").arg(bundle);
    QString fed = "x";
    if (pictures) {
        const Size size = sizeOf(report);
        code += "img = Image.open(\"photo.jpg\").convert(\"RGB\")\n";
        if (size.height != kUnknown)
            code += QString("img = img.resize((%1, %2))\n").arg(size.width).arg(size.height);
        code += "x = np.asarray(img)[None]\n";
        fed = "{\"image\": x}";
    } else {
        code += pythonRow(report);
    }
    if (report.labels.empty())
        code += QString("p = s.run([\"probabilities\"], %1)[0]\nprint(p)\n").arg(fed);
    else
        code += QString("p, label = s.run([\"probabilities\", \"label\"], %1)\n"
                        "print(label[0], p.max())\n")
                    .arg(fed);
    return code;
}

QString kerasUsage(const ExportReport& report, const QString& bundle)
{
    const bool pictures = takesPictures(report);
    const std::vector<Value> values = valuesOf(report);
    const bool strings = std::ranges::any_of(
        values, [](const Value& value) { return value.dtype == DType::String; });
    QString code = "import keras, numpy as np\n";
    code += !pictures && strings ? "import tensorflow as tf  # strings need it\n\n" : "\n";
    code += QString("model = keras.models.load_model(\"%1/model.keras\")\n").arg(bundle);
    if (pictures) {
        const Size size = sizeOf(report);
        if (size.height != kUnknown)
            code += QString("img = keras.utils.load_img(\"photo.jpg\", target_size=(%1, %2))\n")
                        .arg(size.height)
                        .arg(size.width);
        else
            code += "img = keras.utils.load_img(\"photo.jpg\")\n";
        code += "p = model.predict(np.asarray(img, \"uint8\")[None])[0]\n";
    } else {
        const auto literal = [](const Value& value) {
            return value.dtype == DType::String
                ? QString("tf.constant([[%1]])").arg(value.literal)
                : QString("np.array([[%1]], %2)")
                      .arg(pythonNumber(value.literal), numpyType(value.dtype));
        };
        QString rows;
        for (const Value& value : values)
            rows += QString("    %1: %2,\n").arg(quoted(value.name), literal(value));
        code += values.size() == 1 ? "x = " + literal(values.front()) + "\n"
                                   : "x = {\n" + rows + "}\n";
        code += "p = model.predict(x)[0]\n";
    }
    if (!report.labels.empty())
        code += QString("names = [%1]\nprint(names[p.argmax()], p.max())\n").arg(labels(report));
    else
        code += "print(p)\n";
    return code;
}

QString rUsage(const ExportReport& report, const QString& bundle)
{
    QString code = "library(keras3)\n\n";
    code += QString("model <- load_model(\"%1/model.keras\")\n").arg(bundle);
    if (takesPictures(report)) {
        const Size size = sizeOf(report);
        code += size.height == kUnknown
            ? QString("x <- image_load(\"photo.jpg\") |> image_to_array()\n")
            : QString("x <- image_load(\"photo.jpg\", target_size = c(%1, %2)) |>\n"
                      "  image_to_array()\n")
                  .arg(size.height)
                  .arg(size.width);
        code += "dim(x) <- c(1, dim(x))\n";
    } else {
        QStringList values;
        for (const Value& value : valuesOf(report)) {
            const QString dtype = QString::fromStdString(std::string(nameOf(value.dtype)));
            const QString number = value.literal == "nan" ? QString("NaN") : value.literal;
            values << QString("op_convert_to_tensor(matrix(%1), dtype = \"%2\")").arg(number, dtype);
            if (report.inputs.size() > 1)
                values.last().prepend("  `" + value.name + "` = ");
        }
        code += report.inputs.size() == 1 ? "x <- " + values.join("") + "\n"
                                          : "x <- list(\n" + values.join(",\n") + "\n)\n";
    }
    code += "p <- model |> predict(x)\n";
    code += report.labels.empty() ? QString("p\n")
                                  : QString("names <- c(%1)\nnames[which.max(p)]\n").arg(labels(report));
    return code;
}

QString shellUsage(const ExportReport& report, const QString& bundle)
{
    const bool text = report.inputs.size() == 1 && report.input().dtype == DType::String;
    const bool pictures = takesPictures(report) || report.inputs.empty();
    return QString("# checksums, then every sample again\n"
                   "layerbench-cli verify %1\n\n"
                   "# %2\n"
                   "layerbench-cli predict %1 --input %3\n\n"
                   "# the same with Python, without Layerbench\n"
                   "python %1/verify.py\n")
        .arg(bundle,
             pictures   ? "the top classes of a picture"
                 : text ? "the top classes of every line"
                        : "the top classes of every row, columns by their names",
             pictures ? "photo.jpg" : text ? "sentences.txt" : "rows.csv");
}

QString usageHint(const ExportReport& report)
{
    const bool text = report.inputs.size() == 1 && report.input().dtype == DType::String;
    return takesPictures(report) || report.inputs.empty()
        ? QCoreApplication::translate(
            "ExportView", "Rescaling and resizing are inside the model: pass raw pixels.")
        : text ? QCoreApplication::translate(
              "ExportView",
              "Standardising, splitting and looking up are inside the model: pass raw sentences.")
               : QCoreApplication::translate(
                   "ExportView",
                   "Look-ups, bins and normalisation are inside the model: pass raw cells.");
}

} // namespace lb
