#include "widgets/export/usage_code.h"

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

} // namespace

QString pythonUsage(const ExportReport& report, const QString& bundle)
{
    const Size size = sizeOf(report);
    QString code = "import numpy as np, onnxruntime as ort\n"
                   "from PIL import Image\n\n";
    code += QString("s = ort.InferenceSession(\"%1/model.onnx\")\n").arg(bundle);
    code += "img = Image.open(\"photo.jpg\").convert(\"RGB\")\n";
    if (size.height != kUnknown)
        code += QString("img = img.resize((%1, %2))\n").arg(size.width).arg(size.height);
    code += "x = np.asarray(img)[None]\n";
    if (report.labels.empty())
        code += "p = s.run([\"probabilities\"], {\"image\": x})[0]\nprint(p)\n";
    else
        code += "p, label = s.run([\"probabilities\", \"label\"], {\"image\": x})\n"
                "print(label[0], p.max())\n";
    return code;
}

QString kerasUsage(const ExportReport& report, const QString& bundle)
{
    QString code = "import keras, numpy as np\n\n";
    code += QString("model = keras.models.load_model(\"%1/model.keras\")\n").arg(bundle);
    const Size size = sizeOf(report);
    if (size.height != kUnknown)
        code += QString("img = keras.utils.load_img(\"photo.jpg\", target_size=(%1, %2))\n")
                    .arg(size.height)
                    .arg(size.width);
    else
        code += "img = keras.utils.load_img(\"photo.jpg\")\n";
    code += "p = model.predict(np.asarray(img, \"uint8\")[None])[0]\n";
    if (!report.labels.empty())
        code += QString("names = [%1]\nprint(names[p.argmax()], p.max())\n").arg(labels(report));
    else
        code += "print(p)\n";
    return code;
}

QString rUsage(const ExportReport& report, const QString& bundle)
{
    const Size size = sizeOf(report);
    QString code = "library(keras3)\n\n";
    code += QString("model <- load_model(\"%1/model.keras\")\n").arg(bundle);
    code += size.height == kUnknown
        ? QString("x <- image_load(\"photo.jpg\") |> image_to_array()\n")
        : QString("x <- image_load(\"photo.jpg\", target_size = c(%1, %2)) |>\n  image_to_array()\n")
              .arg(size.height)
              .arg(size.width);
    code += "dim(x) <- c(1, dim(x))\n"
            "p <- model |> predict(x)\n";
    code += report.labels.empty() ? QString("p\n")
                                  : QString("names <- c(%1)\nnames[which.max(p)]\n").arg(labels(report));
    return code;
}

QString shellUsage(const QString& bundle)
{
    return QString("# checksums, then every sample again\n"
                   "layerbench-cli verify %1\n\n"
                   "# the top classes of a picture\n"
                   "layerbench-cli predict %1 --input photo.jpg\n\n"
                   "# the same with Python, without Layerbench\n"
                   "python %1/verify.py\n")
        .arg(bundle);
}

} // namespace lb
