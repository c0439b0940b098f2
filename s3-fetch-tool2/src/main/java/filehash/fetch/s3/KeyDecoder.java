package filehash.fetch.s3;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import software.amazon.awssdk.core.SdkResponse;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.services.s3.model.EncodingType;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * Decodes the keys of a page and no other field. The SDK's own interceptor runs after this one and would also decode
 * the prefix and StartAfter. It fails at a percent sign there if a server encodes only the keys, as Ceph does.
 */
final class KeyDecoder implements ExecutionInterceptor {
    @Override
    public SdkResponse modifyResponse(Context.ModifyResponse context, ExecutionAttributes attributes) {
        if (!(context.response() instanceof ListObjectsV2Response page) || page.encodingType() != EncodingType.URL) {
            return context.response();
        }
        List<S3Object> contents = page.contents().stream()
                .map(object -> object.toBuilder().key(decoded(object.key())).build()).toList();
        return page.toBuilder().contents(contents).encodingType((EncodingType) null).build();
    }

    private static String decoded(String key) {
        try {
            return URLDecoder.decode(key, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) { // such as a lone percent sign
            throw SdkClientException.create("the page announces URL-encoded keys, but '" + key + "' is not", e);
        }
    }
}
