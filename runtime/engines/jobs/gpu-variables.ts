/**
 * What a container with GPUs has to ask of NVIDIA's runtime: Vulkan, on which kernels run, comes with `graphics`, and left
 * to itself the runtime brings what CUDA needs alone.
 *
 * @see https://docs.nvidia.com/datacenter/cloud-native/container-toolkit/latest/docker-specialized.html#driver-capabilities
 */
export function gpuVariables(gpu: number): Readonly<Record<string, string>> {
  return gpu > 0 ? { NVIDIA_DRIVER_CAPABILITIES: "compute,utility,graphics" } : {};
}
