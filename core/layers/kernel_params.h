#pragma once

#include "core/layers/field.h"
#include "core/layers/regularizer.h"

namespace lb {

/// What Keras' layers with a kernel and a bias have in common.
struct KernelParams {
    bool useBias = true;
    WeightRule kernel{"kernel", Config("GlorotUniform")};
    WeightRule bias{"bias", Config("Zeros")};
    Regularizer kernelRegularizer, biasRegularizer, activityRegularizer;
    Constraint kernelConstraint, biasConstraint;
    bool trainable = true;

    bool operator==(const KernelParams&) const = default;
    WeightTerms kernelTerms() const { return {kernelRegularizer, kernelConstraint, trainable}; }
    WeightTerms biasTerms() const { return {biasRegularizer, biasConstraint, trainable}; }
};

/// The field that says whether training changes the weights of a layer.
template <typename P> Field<P, bool> trainableField(bool P::*member)
{
    return field(member, "trainable", LB_TR("Layer", "Trainable"))
        .advanced()
        .help(LB_TR("Layer", "Off: training leaves the weights of this layer as they are."));
}

template <typename P> auto regularizerField(Regularizer P::*member, std::string key, Text label)
{
    return field(member, std::move(key), label)
        .advanced()
        .help(LB_TR("Layer",
                    "Adds to the loss for large values: L1, L2 or L1L2, as Keras writes it."));
}

template <typename P> auto constraintField(Constraint P::*member, std::string key, Text label)
{
    return field(member, std::move(key), label)
        .advanced()
        .help(LB_TR("Layer", "Kept for Keras. Training here needs it to be empty."));
}

/// The fields of KernelParams, from which `P` derives.
template <std::derived_from<KernelParams> P> auto kernelFields()
{
    using K = KernelParams;
    const auto member = []<typename T>(T K::*base) { return static_cast<T P::*>(base); };
    const auto biased = [](const P& p) { return p.useBias; };
    return std::tuple{
        field(member(&K::useBias), "use_bias", LB_TR("Layer", "Use bias"))
            .help(LB_TR("Layer", "Adds a learned number to each output channel.")),
        weightFields(member(&K::kernel))
            .help(LB_TR("Layer", "How the kernel starts, before training.")),
        weightFields(member(&K::bias))
            .appliesIf(biased)
            .help(LB_TR("Layer", "How the bias starts, before training.")),
        regularizerField(member(&K::kernelRegularizer), "kernel_regularizer",
                         LB_TR("Layer", "Regularizer of kernel")),
        regularizerField(member(&K::biasRegularizer), "bias_regularizer",
                         LB_TR("Layer", "Regularizer of bias"))
            .appliesIf(biased),
        regularizerField(member(&K::activityRegularizer), "activity_regularizer",
                         LB_TR("Layer", "Regularizer of the output")),
        constraintField(member(&K::kernelConstraint), "kernel_constraint",
                        LB_TR("Layer", "Constraint of kernel")),
        constraintField(member(&K::biasConstraint), "bias_constraint",
                        LB_TR("Layer", "Constraint of bias"))
            .appliesIf(biased),
        trainableField(member(&K::trainable)),
    };
}

} // namespace lb
