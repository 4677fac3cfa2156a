#include "core/preview/annotated_run.h"

namespace lb {
namespace {

/// The parts of annotations, in one order.
std::vector<std::pair<Role, Tensor>> partsOf(const ImageAnnotations& annotations)
{
    std::vector<std::pair<Role, Tensor>> parts;
    const auto add = [&](Role role, const Tensor& tensor) {
        Shape shape = tensor.shape();
        shape.insert(shape.begin(), 1);
        parts.emplace_back(role, tensor.reshaped(std::move(shape)));
    };
    if (annotations.mask)
        add(Role::SegmentationMasks, *annotations.mask);
    if (annotations.boxes && annotations.labels && annotations.boxes->shape()[0] > 0) {
        add(Role::Boxes, *annotations.boxes);
        add(Role::BoxLabels, *annotations.labels);
    }
    return parts;
}

} // namespace

std::vector<AnnotationSpec> annotationSpecs(const ImageAnnotations& annotations)
{
    std::vector<AnnotationSpec> specs;
    for (const auto& [role, tensor] : partsOf(annotations))
        specs.push_back({role, {tensor.dtype(), tensor.shape(), {}}});
    return specs;
}

Result<> setSample(Plan& plan, const Tensor& image, const ImageAnnotations& annotations)
{
    const auto parts = partsOf(annotations);
    Shape shape = image.shape();
    shape.insert(shape.begin(), 1);
    const std::vector<std::size_t>& given = plan.model().given;
    for (std::size_t i = 0; i < given.size(); ++i) {
        const Tensor tensor
            = given[i] == 0 ? image.reshaped(shape) : parts.at(given[i] - 1).second;
        if (Result<> set = plan.setInput(i, tensor); !set.ok())
            return set;
    }
    return std::monostate{};
}

std::vector<Annotation> givenAnnotations(const FlatModel& model,
                                         const ImageAnnotations& annotations)
{
    const auto parts = partsOf(annotations);
    std::vector<Annotation> result;
    if (parts.empty())
        return result; // of a row the inputs behind the first are its other columns
    for (std::size_t i = 0; i < model.given.size(); ++i)
        if (model.given[i] > 0)
            result.push_back({parts.at(model.given[i] - 1).first, model.graph.inputs[i]});
    return result;
}

ImageAnnotations annotationsAt(const Plan& plan, const std::vector<Annotation>& annotations)
{
    ImageAnnotations result;
    for (const Annotation& annotation : annotations) {
        const Tensor value = plan.value(annotation.value);
        const Shape& shape = value.shape();
        const Tensor single = value.reshaped({shape.begin() + 1, shape.end()});
        if (annotation.role == Role::SegmentationMasks)
            result.mask = single;
        else if (annotation.role == Role::Boxes)
            result.boxes = single;
        else if (annotation.role == Role::BoxLabels)
            result.labels = single;
    }
    return result;
}

} // namespace lb
