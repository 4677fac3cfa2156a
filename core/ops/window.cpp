#include "core/ops/window.h"

#include <algorithm>
#include <tuple>

namespace lb {
namespace {

WindowAxis sliding(WindowAxis axis, bool same)
{
    const std::int64_t reach = (axis.size - 1) * axis.dilation + 1;
    if (axis.in == kUnknown) {
        axis.out = kUnknown;
        return axis;
    }
    if (same) {
        axis.out = (axis.in + axis.stride - 1) / axis.stride;
        const std::int64_t padding
            = std::max<std::int64_t>((axis.out - 1) * axis.stride + reach - axis.in, 0);
        axis.before = padding / 2;
        axis.after = padding - axis.before;
        return axis;
    }
    const std::int64_t room = axis.in + axis.before + axis.after - reach;
    axis.out = room < 0 ? 0 : room / axis.stride + 1;
    return axis;
}

} // namespace

std::int64_t WindowAxis::begin(std::int64_t o) const
{
    const std::int64_t at = first(o);
    return at >= 0 ? 0 : std::min(size, (-at + dilation - 1) / dilation);
}

std::int64_t WindowAxis::end(std::int64_t o) const
{
    const std::int64_t room = in - first(o);
    return room <= 0 ? 0 : std::min(size, (room + dilation - 1) / dilation);
}

Result<Window2d> window2d(std::string_view op, std::span<const std::int64_t> x, std::int64_t height,
                          std::int64_t width, const Config& args)
{
    if (x.size() != 4)
        return Error{
            ErrorCode::BadShape,
            std::string(op),
            {LB_TR("Error", "needs four axes, is: %1"), {text(Shape(x.begin(), x.end()))}}};
    const auto strides = intsArg(args, "strides");
    const auto dilation = args.find("dilation") ? intsArg(args, "dilation") : Shape{1, 1};
    Window2d window{{x[1], 0, height, strides[0], dilation[0]},
                    {x[2], 0, width, strides[1], dilation[1]}};
    const Config* padding = args.find("padding");
    const std::string* name = padding ? padding->as<std::string>() : nullptr;
    if (!name) {
        const auto sides = intsArg(args, "padding");
        std::tie(window.rows.before, window.rows.after) = std::pair(sides[0], sides[1]);
        std::tie(window.columns.before, window.columns.after) = std::pair(sides[2], sides[3]);
    }
    window.rows = sliding(window.rows, name && *name == "same");
    window.columns = sliding(window.columns, name && *name == "same");
    if (window.rows.out == 0 || window.columns.out == 0)
        return Error{ErrorCode::BadShape,
                     std::string(op),
                     {LB_TR("Error", "a window of %1 x %2 does not fit into %3"),
                      {height, width, text(Shape(x.begin(), x.end()))}}};
    return window;
}

Result<OnnxAttributes> onnxWindow(std::string_view op, const OnnxNode& node, std::int64_t height,
                                  std::int64_t width)
{
    Shape x = node.inputSpec(0).shape;
    const Config* padding = node.args().find("padding");
    const std::string* name = padding ? padding->as<std::string>() : nullptr;
    LB_TRY(window, window2d(op, x, height, width, node.args()));
    const auto& [rows, columns] = std::tie(window.rows, window.columns);
    OnnxAttributes attributes{{"kernel_shape", Shape{height, width}},
                              {"strides", Shape{rows.stride, columns.stride}},
                              {"dilations", Shape{rows.dilation, columns.dilation}}};
    const bool known = x[1] != kUnknown && x[2] != kUnknown;
    if (!known && name && *name == "same") {
        if (rows.dilation != 1 || columns.dilation != 1)
            return Error{ErrorCode::Unsupported,
                         std::string(op),
                         {LB_TR("Error", "needs images of a known size in an ONNX file, shape is: %1"),
                          {text(x)}}};
        attributes["auto_pad"] = std::string("SAME_UPPER");
        return attributes;
    }
    attributes["pads"] = Shape{rows.before, columns.before, rows.after, columns.after};
    return attributes;
}

} // namespace lb
