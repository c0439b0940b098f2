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
 * Decodes the keys of a page and nothing else of it. The SDK's own interceptor, which runs after this one, would decode
 * the prefix and StartAfter too, and fail at a percent sign in them where a server encodes the keys alone, as Ceph
 * does.
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
        } catch (IllegalArgumentException e) { // as of a percent sign alone
            throw SdkClientException.create("the page says that its keys are URL-encoded, but '" + key + "' is not", e);
        }
    }
}
