#pragma once

#include "core/data/image_annotations.h"
#include "core/training/plan.h"

namespace lb {

/// What belongs to one image as a flattened part takes it: batch in front. Without boxes that are
/// none at all.
std::vector<AnnotationSpec> annotationSpecs(const ImageAnnotations& annotations);
/// Gives a plan of one image, flattened with annotationSpecs(), all of its inputs.
/// Errors: those of Plan::setInput().
Result<> setSample(Plan& plan, const Tensor& image, const ImageAnnotations& annotations);
/// Where the annotations of the image that the Source gives stand.
std::vector<Annotation> givenAnnotations(const FlatModel& model,
                                         const ImageAnnotations& annotations);
/// What belongs to a value, after a run; without batch. The plan keeps these values.
ImageAnnotations annotationsAt(const Plan& plan, const std::vector<Annotation>& annotations);

} // namespace lb
